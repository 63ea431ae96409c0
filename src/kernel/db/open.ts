import type { Database } from './db.ts'
import { openMariadb } from './mariadb/open.ts'
import { databaseProblem } from './problems.ts'
import { openSqlite } from './sqlite/open.ts'

/**
 * Opens the database that `url` names: `sqlite:` is the file `plinth.sqlite` in `dataDir`, owned by this process
 * alone; `mysql://user:password@host:port/name` is MariaDB, MySQL or what speaks their protocol (`?tls=true` for a
 * verified TLS connection). Throws `database.bad-url`, `database.in-use`, `database.unreachable`.
 */
export const openDatabase = async (options: {
  readonly url: string
  readonly poolSize: number
  readonly dataDir: string
}): Promise<Database> => {
  if (options.url === 'sqlite:') return openSqlite(options.dataDir)
  if (options.url.startsWith('mysql://')) return openMariadb(options.url, options.poolSize)
  throw databaseProblem('database.bad-url')
}
