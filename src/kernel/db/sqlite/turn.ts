/** Longest run of statements without giving the event loop a turn, milliseconds. */
const SLICE_MS = 8

/**
 * `node:sqlite` answers synchronously, so a chain of awaited statements would run in microtasks only and starve
 * timers and sockets. The answer of a statement is delivered in a microtask while the slice lasts, by
 * `setImmediate` after it.
 */
export const createTurns = (): ((deliver: () => void) => void) => {
  let startedAt = 0
  let marked = false
  return (deliver) => {
    if (!marked) {
      marked = true
      startedAt = performance.now()
      setImmediate(() => {
        marked = false
      })
    }
    if (performance.now() - startedAt < SLICE_MS) queueMicrotask(deliver)
    else setImmediate(deliver)
  }
}
