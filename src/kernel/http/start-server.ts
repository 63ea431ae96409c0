/** The listening server: bounds on connections, headers of every answer, one log line a request, an orderly end. */
import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Context } from '../context.ts'
import { type Metrics, openMetrics } from '../metrics/metrics.ts'
import { type App, createApp, type RequestState } from './app.ts'
import { healthRoutes } from './health.ts'
import { closer, listen } from './listener.ts'
import { serveMetrics } from './metrics-server.ts'
import { headerLinesMax } from './parameters.ts'
import type { Mount, RunningServer, ServerParts } from './route.ts'
import { setSecurityHeaders } from './security-headers.ts'

/** Listens on `server.host:port`, on the main routes and mounts; throws when the port is taken. */
export async function startServer(ctx: Context, parts: ServerParts): Promise<RunningServer> {
  const { config } = ctx
  const metrics = openMetrics({
    process: config.metrics.public || config.metrics.port !== undefined,
  })
  let stopping = false
  const probes = { ready: parts.ready, stopping: () => stopping }
  const app = createApp(ctx, [...healthRoutes(config, metrics, probes), ...parts.routes])
  const mountOf = findMount(app, parts.mounts)
  const https = config.server.publicUrl.startsWith('https:')
  const server = boundedServer(ctx, (req, res) => {
    const random = ctx.random(33).toString('base64url')
    const state = { id: random.slice(0, 22), cspNonce: random.slice(22), route: '(none)' }
    setSecurityHeaders(res, { nonce: state.cspNonce, https })
    res.setHeader('x-request-id', state.id)
    if (stopping) res.setHeader('connection', 'close')
    watch(ctx, metrics, req, res, state)
    const mount = mountOf(pathOf(req))
    if (mount === undefined) return void app.handle(req, res, state)
    state.route = `mount ${mount.path}`
    mount.mount.handle(req, res)
  })
  const close = closer(server)
  await listen(server, config.server.port, config.server.host)
  const metricsServer = await serveMetrics(ctx, metrics)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${config.server.host.includes(':') ? `[${config.server.host}]` : config.server.host}:${port}`,
    port,
    async stop() {
      stopping = true
      await Promise.all([close(config.http.shutdownTimeoutMs), metricsServer?.stop()])
    },
  }
}

function boundedServer(
  { config, log }: Context,
  handle: (req: IncomingMessage, res: ServerResponse) => void,
): Server {
  const { http } = config
  const server = createServer(
    {
      headersTimeout: http.headersTimeoutMs,
      requestTimeout: http.requestTimeoutMs,
      keepAliveTimeout: http.keepAliveTimeoutMs,
      maxHeaderSize: http.maxHeaderBytes,
      // Node looks for slow clients twice a minute unless told; the timeouts above would mean little.
      connectionsCheckingInterval: Math.min(1_000, http.headersTimeoutMs),
      requireHostHeader: true,
      insecureHTTPParser: false,
    },
    handle,
  )
  server.maxHeadersCount = headerLinesMax
  server.maxConnections = http.maxConnections
  server.on('drop', () =>
    log.warn({ connections: http.maxConnections }, 'connection refused: too many'),
  )
  return server
}

/** Mounts come after routes: where a route lies within a mount's paths, it is asked first. */
function findMount(app: App, mounts: readonly Mount[]) {
  const exact = new Map<string, Mount>()
  const prefixes: { path: string; mount: Mount }[] = []
  for (const mount of mounts)
    for (const path of mount.paths) {
      assert(path.startsWith('/') && path !== '/', 'a mount takes a subtree, not everything')
      if (path.endsWith('/')) prefixes.push({ path, mount })
      else exact.set(path, mount)
    }
  return (path: string): { path: string; mount: Mount } | undefined => {
    const mount = exact.get(path)
    const found = mount ? { path, mount } : prefixes.find((prefix) => path.startsWith(prefix.path))
    return found && !app.owns(path) ? found : undefined
  }
}

/** One line per request: pattern, status, time. The path itself may hold an id, the query a name. */
function watch(
  { log }: Context,
  metrics: Metrics,
  req: IncomingMessage,
  res: ServerResponse,
  state: RequestState,
): void {
  const start = performance.now()
  res.once('close', () => {
    const ms = performance.now() - start
    // 499, as nginx counts it: the client left before the answer was out.
    const status = res.writableFinished ? res.statusCode : 499
    const method = knownMethods.has(req.method ?? '') ? (req.method ?? '') : 'OTHER'
    metrics.observe({ method, route: state.route, status, ms })
    const line = {
      requestId: state.id,
      method,
      route: state.route,
      status,
      ms: Math.round(ms * 10) / 10,
    }
    if (status >= 500) log.warn(line, 'request')
    else log.info(line, 'request')
  })
}
const knownMethods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

const pathOf = (req: IncomingMessage): string => (req.url ?? '/').split('?', 1)[0] ?? '/'
