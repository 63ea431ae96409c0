/** The beginning and the end of a listener. */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import { httpProblem } from './problems.ts'

const refusals: Readonly<Record<string, 'http.port-taken' | 'http.port-forbidden'>> = {
  EADDRINUSE: 'http.port-taken',
  EACCES: 'http.port-forbidden',
}

/** Problems: `http.port-taken`, `http.port-forbidden`. */
export function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException) => {
      const code = refusals[error.code ?? '']
      reject(code ? httpProblem(code, { detail: { address: `${host}:${port}` } }) : error)
    }
    server.once('error', refuse)
    server.listen(port, host, () => {
      server.off('error', refuse)
      resolve()
    })
  })
}

/** A client that was answered so lately may have its next request on the way: it gets an answer too, milliseconds. */
const GRACE_MS = 100

/**
 * Call before `listen`. The answer stops accepting, closes connections that serve nothing, waits for the busy ones, and
 * cuts them after `timeoutMs`. Node's own `closeIdleConnections` spares those that have not asked for anything yet, and
 * once a server closes nothing times them out.
 */
export function closer(server: Server): (timeoutMs: number) => Promise<void> {
  const idleSince = new Map<Socket, number>()
  const busy = new Map<Socket, number>()
  server.on('connection', (socket) => {
    idleSince.set(socket, performance.now())
    socket.once('close', () => idleSince.delete(socket))
  })
  server.on('request', ({ socket }, res) => {
    idleSince.delete(socket)
    busy.set(socket, (busy.get(socket) ?? 0) + 1)
    res.once('close', () => {
      const left = (busy.get(socket) ?? 1) - 1
      if (left > 0) return busy.set(socket, left)
      busy.delete(socket)
      if (!socket.destroyed) idleSince.set(socket, performance.now())
    })
  })
  return async (timeoutMs) => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    const sweep = () => {
      const before = performance.now() - GRACE_MS
      for (const [socket, since] of idleSince) if (since <= before) socket.destroy()
    }
    // After a look at the sockets: a request that has come already makes its connection a busy one.
    const sweepNext = () => setImmediate(sweep)
    sweepNext()
    const sweeping = setInterval(sweepNext, GRACE_MS / 2)
    const deadline = setTimeout(() => server.closeAllConnections(), timeoutMs)
    await closed
    clearInterval(sweeping)
    clearTimeout(deadline)
  }
}
