import { DatabaseSync } from 'node:sqlite'
import { databaseProblem } from '../problems.ts'

/** SQLITE_BUSY (sqlite.org/rescode.html). */
const BUSY = 5

/**
 * One process owns a SQLite file: writers are ordered by a mutex in memory. The lock is an exclusive transaction on
 * a small database beside it, so it is the operating system's (fcntl) and ends with the process, kill -9 included.
 * Throws `database.in-use`, `database.unwritable`.
 */
export const lockFile = (file: string): (() => void) => {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(file, { timeout: 0 })
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return () => lock?.close()
  } catch (cause) {
    lock?.close()
    const taken = cause instanceof Error && 'errcode' in cause && cause.errcode === BUSY
    throw databaseProblem(taken ? 'database.in-use' : 'database.unwritable', { cause })
  }
}
