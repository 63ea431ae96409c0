import { databaseProblem } from '../problems.ts'

/** Runs one task at a time, in the order of arrival. */
export type Mutex = <T>(task: () => Promise<T>) => Promise<T>

/**
 * SQLite has one writer. A second BEGIN IMMEDIATE on the thread that runs the first could only fail or, with a
 * busy timeout, block the very thread that has to commit; so writers queue here. Between two tasks the event loop
 * gets a turn, or a burst of writers would starve it. Throws `database.busy` after `waitMaxMs`, which is also the end
 * of a transaction that was opened, and awaited, inside of another.
 */
export const createMutex = (waitMaxMs: number): Mutex => {
  const waiting = new Set<() => void>()
  let held = false

  const turn = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const enter = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        // Out of the queue already: its turn comes in this moment.
        if (waiting.delete(enter)) reject(databaseProblem('database.busy'))
      }, waitMaxMs)
      waiting.add(enter)
    })
  const handOver = (): void => {
    const [next] = waiting
    if (next === undefined) {
      held = false
      return
    }
    waiting.delete(next)
    setImmediate(next)
  }
  return async (task) => {
    if (held) await turn()
    held = true
    try {
      return await task()
    } finally {
      handOver()
    }
  }
}
