/** Probes for whoever runs the process (Kubernetes' live and ready), and metrics where they are wanted. */
import type { Config } from '../config/config.ts'
import type { Metrics } from '../metrics/metrics.ts'
import { readyTimeoutMs } from './parameters.ts'
import { type Route, route } from './route.ts'

export interface Probes {
  readonly ready: () => Promise<boolean>
  readonly stopping: () => boolean
}

export const healthRoutes = (
  config: Pick<Config, 'metrics'>,
  metrics: Metrics,
  probes: Probes,
): readonly Route[] => [
  route({
    method: 'GET',
    path: '/health/live',
    summary: 'The process runs and its event loop turns.',
    handle: () => ({ json: { status: 'live' } }),
  }),
  route({
    method: 'GET',
    path: '/health/ready',
    summary: 'Database, keys and workers are there: send requests.',
    async handle() {
      const ready = !probes.stopping() && (await within(probes.ready(), readyTimeoutMs))
      return ready
        ? { json: { status: 'ready' } }
        : { status: 503, json: { status: probes.stopping() ? 'stopping' : 'not-ready' } }
    },
  }),
  ...(config.metrics.public ? [metricsRoute(metrics)] : []),
]

const metricsRoute = (metrics: Metrics): Route =>
  route({
    method: 'GET',
    path: '/metrics',
    summary: 'Metrics in the text form of Prometheus.',
    async handle() {
      const { type, text } = await metrics.text()
      return { text, headers: { 'content-type': type } }
    },
  })

/** False when it fails or takes too long. */
async function within(answer: Promise<boolean>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([answer.catch(() => false), late])
  } finally {
    clearTimeout(timer)
  }
}
