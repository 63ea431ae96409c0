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

/**
 * Call before `listen`. The answer stops accepting, closes connections that serve nothing, waits for the busy ones, and
 * cuts them after `timeoutMs`. Node's own `closeIdleConnections` spares those that have not asked for anything yet, and
 * once a server closes nothing times them out.
 */
export function closer(server: Server): (timeoutMs: number) => Promise<void> {
  const open = new Set<Socket>()
  const busy = new Map<Socket, number>()
  server.on('connection', (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  server.on('request', ({ socket }, res) => {
    busy.set(socket, (busy.get(socket) ?? 0) + 1)
    res.once('close', () => {
      const left = (busy.get(socket) ?? 1) - 1
      if (left > 0) busy.set(socket, left)
      else busy.delete(socket)
    })
  })
  return async (timeoutMs) => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    const sweep = () => {
      for (const socket of open) if (!busy.has(socket)) socket.destroy()
    }
    sweep()
    // A connection that was busy a moment ago may have become idle without being told.
    const sweeping = setInterval(sweep, 100)
    const deadline = setTimeout(() => server.closeAllConnections(), timeoutMs)
    await closed
    clearInterval(sweeping)
    clearTimeout(deadline)
  }
}
