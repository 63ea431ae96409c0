/** The HTTP edge on its own: a server with a test's routes, and raw connections to ill-treat it. */
import { connect } from 'node:net'
import type { ExecutionContext } from 'ava'
import type { Context } from '../../src/kernel/context.ts'
import { type Route, type ServerParts, startServer } from '../../src/kernel/http/http.ts'
import { withContext } from './context.ts'

export interface Edge {
  readonly ctx: Context
  readonly url: string
  readonly port: number
  readonly stop: () => Promise<void>
  /** Each line that the log wrote. */
  readonly lines: readonly string[]
  get(path: string, headers?: Record<string, string>): Promise<Response>
  post(path: string, body: BodyInit, headers?: Record<string, string>): Promise<Response>
}

export async function anEdge(
  t: ExecutionContext,
  routes: readonly Route[],
  options: { readonly env?: Record<string, string>; readonly parts?: Partial<ServerParts> } = {},
): Promise<Edge> {
  const opened = await withContext(t, { env: { ...options.env } })
  const lines: string[] = []
  const write = (fields: object, message: string) =>
    lines.push(JSON.stringify({ ...fields, message }))
  const log = { debug: write, info: write, warn: write, error: write }
  const ctx = { ...opened, log }
  const server = await startServer(ctx, {
    mounts: [],
    ready: async () => true,
    ...options.parts,
    routes,
  })
  t.teardown(() => server.stop())
  const { url, port } = server
  return {
    ctx,
    url,
    port,
    stop: () => server.stop(),
    lines,
    get: (path, headers = {}) => fetch(url + path, { headers, redirect: 'manual' }),
    post: (path, body, headers = {}) =>
      fetch(url + path, { method: 'POST', body, headers, redirect: 'manual' }),
  }
}

/** Sends bytes as they are and answers all that comes back until the other side closes. */
export function talk(port: number, ...chunks: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => {
      for (const chunk of chunks) socket.write(chunk)
    })
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      answer += text
    })
    socket.on('close', () => resolve(answer))
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve(answer) : reject(error),
    )
  })
}
