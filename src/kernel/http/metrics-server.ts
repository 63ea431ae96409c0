/** `metrics.port`: a listener of its own on the loopback address, out of reach of the public network. */
import { createServer } from 'node:http'
import type { Context } from '../context.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { closer, listen } from './listener.ts'

export async function serveMetrics(
  { config, log }: Pick<Context, 'config' | 'log'>,
  metrics: Metrics,
): Promise<{ readonly stop: () => Promise<void> } | undefined> {
  if (config.metrics.port === undefined) return undefined
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (req, res) => {
    if (req.method !== 'GET' || req.url !== '/metrics') {
      res.writeHead(404).end()
      return
    }
    metrics.text().then(
      ({ type, text }) => res.writeHead(200, { 'content-type': type }).end(text),
      () => res.writeHead(500).end(),
    )
  })
  server.maxConnections = 20
  const close = closer(server)
  await listen(server, config.metrics.port, '127.0.0.1')
  log.info({ port: config.metrics.port }, 'metrics listen')
  return { stop: () => close(1_000) }
}
