/**
 * One writer at a time across processes. A lock file with a pid goes stale when its owner is killed; the operating
 * system's own file lock does not. Node has no flock, but SQLite takes that very lock (fcntl, LockFileEx) for us.
 */
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as delay } from 'node:timers/promises'
import { keyProblem } from './problems.ts'

const waitMs = 10_000
const pollMs = 5

/** Runs `work` alone among all that lock the same file on this machine. Problem: `keys.locked` after 10 s of waiting. */
export const withFileLock = async <T>(path: string, work: () => Promise<T>): Promise<T> => {
  // busy_timeout would block the event loop, and with it a holder in this very process
  const lock = new DatabaseSync(path, { timeout: 0 })
  try {
    await take(lock)
    return await work()
  } finally {
    // closing releases, also when the process is killed before it gets here
    lock.close()
  }
}

const take = async (lock: DatabaseSync): Promise<void> => {
  for (let waited = 0; ; waited += pollMs) {
    try {
      return lock.exec('BEGIN EXCLUSIVE')
    } catch (error) {
      if (!isBusy(error)) throw error
      if (waited >= waitMs) throw keyProblem('keys.locked', { cause: error })
    }
    await delay(pollMs)
  }
}

/** https://www.sqlite.org/rescode.html: SQLITE_BUSY is 5; extended codes keep it in the low byte. */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5
