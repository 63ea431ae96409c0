/** A kernel context on a throw-away data folder: real database, keys, vault, ephemeral store, country pack and pages. */
import type { ExecutionContext } from 'ava'
import { loadConfig } from '../../src/kernel/config/load.ts'
import type { Context } from '../../src/kernel/context.ts'
import type { Migration } from '../../src/kernel/db/schema.ts'
import { openContext } from '../../src/kernel/start.ts'
import type { WebFolder } from '../../src/kernel/web/page.ts'
import { databaseUrl, dataFolder, freePort, redisUrl } from './servers.ts'

export interface ContextOptions {
  /** SQLite unless given; a fresh database either way. */
  readonly engine?: 'sqlite' | 'mariadb'
  /** `memory` unless given. */
  readonly ephemeral?: 'memory' | 'embedded' | 'redis'
  readonly migrations?: readonly Migration[]
  readonly folders?: readonly WebFolder[]
  readonly now?: () => Date
  /** More settings: `{ PLINTH_COUNTRY_FOLDER: … }`. */
  readonly env?: Readonly<Record<string, string>>
}

/** Closed and removed by the test's teardown. Use with `testOn(engine)`. */
export async function withContext(
  t: ExecutionContext,
  options: ContextOptions = {},
): Promise<Context> {
  const dataDir = dataFolder(t)
  const ephemeral = options.ephemeral ?? 'memory'
  const config = loadConfig({
    argv: ['--profile', 'test', '--data', dataDir, '--port', String(await freePort())],
    env: {
      PLINTH_DATABASE_URL: await databaseUrl(t, options.engine ?? 'sqlite'),
      PLINTH_EPHEMERAL_URL: ephemeral === 'redis' ? await redisUrl() : ephemeral,
      ...options.env,
    },
  })
  const { ctx, close } = await openContext(config, {
    migrations: options.migrations ?? [],
    folders: options.folders ?? [],
    ...(options.now === undefined ? {} : { now: options.now }),
  })
  t.teardown(close)
  return ctx
}
