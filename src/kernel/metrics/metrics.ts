/** Numbers for the operator, in Prometheus' text form. Labels are a route's pattern, a method, a status: never a path, an id or a person. */
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'

export interface Metrics {
  observe(request: { method: string; route: string; status: number; ms: number }): void
  text(): Promise<{ type: string; text: string }>
}

/** `process`: also CPU, memory and event loop of this process, which costs observers; only where somebody reads them. */
export function openMetrics(options: { readonly process: boolean }): Metrics {
  const registry = new Registry()
  if (options.process) collectDefaultMetrics({ register: registry, prefix: 'plinth_' })
  const duration = new Histogram({
    name: 'plinth_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  })
  return {
    observe: ({ method, route, status, ms }) =>
      duration.observe({ method, route, status: String(status) }, ms / 1000),
    text: async () => ({ type: registry.contentType, text: await registry.metrics() }),
  }
}
