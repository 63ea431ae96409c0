/** Runs one task at a time, in the order of arrival. */
export type Mutex = <T>(task: () => Promise<T>) => Promise<T>

/**
 * SQLite has one writer. A second BEGIN IMMEDIATE on the thread that runs the first could only fail or, with a
 * busy timeout, block the very thread that has to commit; so writers queue here. Between two tasks the event loop
 * gets a turn, or a burst of writers would starve it.
 */
export const createMutex = (): Mutex => {
  const waiting: (() => void)[] = []
  let held = false
  return async (task) => {
    if (held) await new Promise<void>((resolve) => waiting.push(resolve))
    held = true
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next) setImmediate(next)
      else held = false
    }
  }
}
