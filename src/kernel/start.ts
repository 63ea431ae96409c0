/** Opens what every part stands on, in the one order that works, and closes it in reverse. */
import { randomBytes } from 'node:crypto'
import { auditMigrations } from './audit/audit.ts'
import type { Config } from './config/config.ts'
import { loadCountry } from './config/load-country.ts'
import type { Context } from './context.ts'
import { migrate } from './db/migrate.ts'
import { dbMigrations } from './db/migrations.ts'
import { openDatabase } from './db/open.ts'
import type { Migration } from './db/schema.ts'
import { openEphemeral } from './ephemeral/open.ts'
import { openKeyStore } from './keys/open.ts'
import { openVault } from './keys/open-vault.ts'
import { vaultMigrations } from './keys/vault-migrations.ts'
import { openLog } from './log/open.ts'
import { messageMigrations } from './messages/messages.ts'
import { openWeb } from './web/open.ts'
import type { WebFolder } from './web/page.ts'

export interface StartOptions {
  /** Of all parts, whether this process runs them or not: a database has one list. */
  readonly migrations: readonly Migration[]
  readonly folders: readonly WebFolder[]
  readonly now?: () => Date
  readonly random?: (bytes: number) => Buffer
}
export interface OpenContext {
  readonly ctx: Context
  close(): Promise<void>
}

/** Throws the Problem of the first thing that will not open; what was open by then is closed again. */
export async function openContext(config: Config, options: StartOptions): Promise<OpenContext> {
  const now = options.now ?? (() => new Date())
  const random = options.random ?? randomBytes
  const open: (() => Promise<void>)[] = []
  const close = async (): Promise<void> => {
    for (const step of open.splice(0).reverse()) await step()
  }
  try {
    const log = openLog(config)
    const country = loadCountry(config)
    const { dataDir } = config
    const keys = await openKeyStore({
      dataDir,
      masterSecret: config.keys.masterSecret,
      allowFileInProduction: config.keys.allowFileInProduction,
      profile: config.profile,
      now,
      random,
    })
    open.push(() => keys.close())
    const db = await openDatabase({ ...config.database, dataDir })
    open.push(() => db.close())
    await migrate(db, [
      ...dbMigrations,
      ...vaultMigrations,
      ...auditMigrations,
      ...messageMigrations,
      ...options.migrations,
    ])
    const vault = await openVault({ db, keys, now, random })
    const ephemeral = await openEphemeral({ url: config.ephemeral.url, db, dataDir, now })
    open.push(() => ephemeral.close())
    const web = openWeb({ country, config, folders: options.folders, log })
    const ctx = { config, country, db, ephemeral, keys, vault, log, web, now, random }
    return { ctx: Object.freeze(ctx), close }
  } catch (error) {
    await close()
    throw error
  }
}
