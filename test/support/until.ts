import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `holds`; throws after `ms`. */
export const until = async (
  holds: () => boolean | Promise<boolean>,
  ms = 30_000,
): Promise<void> => {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(5)) if (await holds()) return
  throw new Error(`it did not come to pass in ${ms} ms`)
}

/**
 * Whether the median of five runs of `act` stays below `limitMs` on a machine that does nothing else. Tests share the
 * machine, so what `idle` (a trivial act of the same kind) takes at the moment is granted twenty times.
 */
export const prompt = async (
  limitMs: number,
  idle: () => Promise<unknown>,
  act: (run: number) => Promise<unknown>,
): Promise<boolean> => {
  const times: number[] = []
  let granted = limitMs
  for (let run = 0; run < 5; run += 1) {
    const before = performance.now()
    await idle()
    const between = performance.now()
    await act(run)
    times.push(performance.now() - between)
    granted = Math.max(granted, limitMs + 20 * (between - before))
  }
  const median = times.toSorted((a, b) => a - b)[2] ?? Number.POSITIVE_INFINITY
  if (median >= granted) console.log(`took ${times.map(Math.round)} ms, granted ${granted} ms`)
  return median < granted
}
