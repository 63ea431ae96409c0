import { DatabaseSync } from 'node:sqlite'
import { databaseProblem } from '../problems.ts'

/**
 * One process owns a SQLite file: writers are ordered by a mutex in memory. The lock is an exclusive transaction on
 * a small database beside it, so it is the operating system's (fcntl) and ends with the process, kill -9 included.
 * Throws `database.in-use`.
 */
export const lockFile = (file: string): (() => void) => {
  const lock = new DatabaseSync(file, { timeout: 0 })
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
  } catch (cause) {
    lock.close()
    throw databaseProblem('database.in-use', { cause })
  }
  return () => lock.close()
}
