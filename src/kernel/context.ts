/** What every part stands on. Functions take it first; nothing in the house holds module-level state. */
import type { Config } from './config/config.ts'
import type { CountryPack } from './config/country.ts'
import type { Database } from './db/db.ts'
import type { Ephemeral } from './ephemeral/ephemeral.ts'
import type { KeyStore } from './keys/keys.ts'
import type { Vault } from './keys/vault.ts'
import type { Log } from './log/log.ts'
import type { Web } from './web/open.ts'

export interface Context {
  readonly config: Config
  readonly country: CountryPack
  readonly db: Database
  readonly ephemeral: Ephemeral
  readonly keys: KeyStore
  readonly vault: Vault
  readonly log: Log
  /** Texts, templates and assets of the pages: see `kernel/web/page`. */
  readonly web: Web
  /** The only clock: tests move it. */
  readonly now: () => Date
  /** The only source of randomness: a CSPRNG outside of tests. */
  readonly random: (bytes: number) => Buffer
}
