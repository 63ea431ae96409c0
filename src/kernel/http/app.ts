/** The route table as a Koa application. Koa is known in this folder only. */
import assert from 'node:assert/strict'
import Router from '@koa/router'
import Koa, { type Context as KoaContext } from 'koa'
import type { Context } from '../context.ts'
import { Problem } from '../problems.ts'
import { bareIncoming, parseIncoming } from './incoming.ts'
import { lingerMs } from './parameters.ts'
import { problemReply } from './problem-reply.ts'
import { httpProblem } from './problems.ts'
import { setCors, type Wire, writeReply } from './reply.ts'
import type { Incoming, Reply, Route } from './route.ts'

/** What the listener knows of a request before Koa does. */
export interface RequestState {
  readonly id: string
  readonly cspNonce: string
  /** Pattern for log and metrics; filled when the route is known. */
  route: string
}
export interface App {
  /** Does any route, by whatever method, answer here? */
  owns(path: string): boolean
  handle(req: Koa.Context['req'], res: Koa.Context['res'], state: RequestState): Promise<void>
}

export function createApp(ctx: Context, routes: readonly Route[]): App {
  assertDistinct(routes)
  const states = new WeakMap<object, RequestState>()
  const router = new Router()
  for (const route of routes)
    router.register(route.path, [route.method], endpoint(ctx, route, states))
  const app = new Koa()
  // Koa's own listener prints to standard error; ours below logs without personal data.
  app.silent = true
  app.use((koa, next) => guard(ctx, koa, stateOf(states, koa), next))
  app.use(router.routes() as unknown as Koa.Middleware)
  app.use((koa) => unmatched(router, routes, koa, stateOf(states, koa)))
  const callback = app.callback()
  return {
    owns: (path) => router.match(path, 'GET').path.length > 0,
    handle(req, res, state) {
      states.set(req, state)
      return callback(req, res)
    },
  }
}

function endpoint(ctx: Context, route: Route, states: WeakMap<object, RequestState>) {
  const https = ctx.config.server.publicUrl.startsWith('https:')
  return async (koa: KoaContext & { params: Record<string, string> }): Promise<void> => {
    const state = stateOf(states, koa)
    state.route = route.path
    if (route.cors) setCors(koa, route)
    const bare = bareIncoming(ctx, koa, state.cspNonce)
    const incoming = await parseIncoming(ctx, bare, route, koa.params)
    const reply = await route.handle(incoming)
    writeReply(koa, reply, { https, cspNonce: state.cspNonce })
  }
}

/** Every throw ends here: a Problem is told, anything else is a bug of ours and told only to the log. */
async function guard(
  ctx: Context,
  koa: KoaContext,
  state: RequestState,
  next: () => Promise<void>,
): Promise<void> {
  try {
    await next()
  } catch (error) {
    const problem =
      error instanceof Problem ? error : httpProblem('http.internal', { cause: error })
    if (problem.status >= 500)
      ctx.log.error({ requestId: state.id, ...faultOf(problem) }, 'request failed')
    if (koa.res.headersSent || koa.req.socket.destroyed) {
      koa.respond = false
      koa.res.destroy()
      return
    }
    const incoming = bareIncoming(ctx, koa, state.cspNonce)
    await tell(ctx, koa, incoming, problem, state)
  }
}

async function tell(
  ctx: Context,
  koa: KoaContext,
  incoming: Incoming,
  problem: Problem,
  state: RequestState,
): Promise<void> {
  const wire: Wire = {
    https: ctx.config.server.publicUrl.startsWith('https:'),
    cspNonce: state.cspNonce,
  }
  let reply: Reply
  try {
    reply = await problemReply(ctx, incoming, problem, state.id)
  } catch (error) {
    // The page itself failed: say the same in JSON.
    ctx.log.error({ requestId: state.id, ...faultOf(error) }, 'error page failed')
    const plain = { ...incoming, headers: {} }
    reply = await problemReply(ctx, plain, problem, state.id)
  }
  writeReply(koa, reply, wire)
  if (!koa.req.complete) linger(koa)
}

/**
 * The rest of a refused body is read away for a moment: closing on unread bytes resets the connection, answer and all. That
 * is also why the answer does not say `connection: close`, at which Node closes as soon as it is out.
 */
function linger({ req, res }: KoaContext): void {
  res.once('finish', () => {
    req.resume()
    const end = () => {
      if (!req.complete) req.socket.destroy()
    }
    setTimeout(end, lingerMs).unref()
  })
}

async function unmatched(
  router: Router,
  routes: readonly Route[],
  koa: KoaContext,
  state: RequestState,
): Promise<void> {
  const matched = router.match(koa.path, koa.method).path.map((layer) => layer.path)
  const here = routes.filter((route) => matched.includes(route.path))
  const [first] = here
  if (first === undefined) throw httpProblem('http.not-found')
  state.route = first.path
  const allow = allowed(here)
  if (koa.method !== 'OPTIONS') throw httpProblem('http.method-not-allowed', { detail: { allow } })
  const open = here.find((route) => route.cors)
  if (open) setCors(koa, open)
  koa.set('allow', allow)
  koa.status = 204
}

const allowed = (routes: readonly Route[]): string =>
  [
    ...new Set([
      ...routes.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method])),
      'OPTIONS',
    ]),
  ].join(', ')

/** Name, code and place; never the message, which may quote a value. */
export function faultOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error }
  const { code } = error as { code?: unknown }
  return {
    error: error.name,
    ...(typeof code === 'string' && { code }),
    at: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^\s+at /.test(line))
      .slice(0, 12)
      .map((line) => line.trim()),
    ...(error.cause instanceof Error && { cause: faultOf(error.cause) }),
  }
}

function stateOf(states: WeakMap<object, RequestState>, koa: KoaContext): RequestState {
  const state = states.get(koa.req)
  assert(state, 'a request comes through the listener')
  return state
}

function assertDistinct(routes: readonly Route[]): void {
  const seen = new Set<string>()
  for (const { method, path } of routes) {
    const key = `${method} ${path.replace(/:\w+/g, ':')}`
    assert(!seen.has(key), `two routes answer ${method} ${path}`)
    seen.add(key)
  }
}
