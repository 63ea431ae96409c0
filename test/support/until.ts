import { setTimeout as sleep } from 'node:timers/promises'

/** Waits until `holds`; throws after `ms`. */
export const until = async (
  holds: () => boolean | Promise<boolean>,
  ms = 10_000,
): Promise<void> => {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(5)) if (await holds()) return
  throw new Error(`it did not come to pass in ${ms} ms`)
}
