import { openEmbedded } from './embedded.ts'
import type { Ephemeral } from './ephemeral.ts'
import { createMemory } from './memory.ts'
import { ephemeralProblem } from './problems.ts'
import { openRedis } from './redis.ts'

/**
 * `memory` (gone with the process), `embedded` (memory and a file in `dataDir`, one process), `redis://` or
 * `rediss://` (any number of processes). Redis expires by its own clock. Throws `ephemeral.bad-url` and what the
 * back ends throw.
 */
export const openEphemeral = async (options: {
  readonly url: string
  readonly dataDir: string
  readonly now: () => Date
  readonly db?: unknown
}): Promise<Ephemeral> => {
  const { url, dataDir, now } = options
  if (url === 'memory') return createMemory(now)
  if (url === 'embedded') return openEmbedded(dataDir, now)
  if (/^rediss?:\/\//.test(url)) return openRedis(url)
  throw ephemeralProblem('ephemeral.bad-url')
}
