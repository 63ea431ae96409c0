/** A kernel context on a throw-away data folder: real database, keys, vault, ephemeral store, country pack and pages. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { loadConfig } from '../../src/kernel/config/load.ts'
import type { Context } from '../../src/kernel/context.ts'
import type { Migration } from '../../src/kernel/db/schema.ts'
import { openContext } from '../../src/kernel/start.ts'
import type { WebFolder } from '../../src/kernel/web/page.ts'

export interface ContextOptions {
  /** `mysql://…` from `test/support/servers.ts`; SQLite when absent. */
  readonly databaseUrl?: string
  /** `memory` unless given; `redis://…` from `test/support/servers.ts`. */
  readonly ephemeralUrl?: string
  readonly migrations?: readonly Migration[]
  readonly folders?: readonly WebFolder[]
  readonly now?: () => Date
  readonly env?: Readonly<Record<string, string>>
}

export async function withContext(
  t: Pick<ExecutionContext, 'teardown'>,
  options: ContextOptions = {},
): Promise<Context> {
  const dataDir = await mkdtemp(join(tmpdir(), 'plinth-'))
  const config = loadConfig({
    argv: ['--profile', 'test', '--data', dataDir],
    env: {
      PLINTH_DATABASE_URL: options.databaseUrl ?? 'sqlite:',
      PLINTH_EPHEMERAL_URL: options.ephemeralUrl ?? 'memory',
      ...options.env,
    },
  })
  const { ctx, close } = await openContext(config, {
    migrations: options.migrations ?? [],
    folders: options.folders ?? [],
    ...(options.now === undefined ? {} : { now: options.now }),
  })
  t.teardown(async () => {
    await close()
    await rm(dataDir, { recursive: true, force: true })
  })
  return ctx
}
