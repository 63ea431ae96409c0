import type { Context } from './context.ts'
import { errorCode } from './error-code.ts'

/** A source that had work in the last `BUSY_FOR_MS` is looked at more often; both pauses jittered by a quarter. */
const POLL_BUSY_MS = 250
const POLL_IDLE_MS = 1_000
const BUSY_FOR_MS = 5_000

/** `more`: look again at once. */
export type Found = 'nothing' | 'some' | 'more'
export interface Poller {
  /** Look now rather than at the next poll. Cheap: calls while it looks make it look once more. */
  wake(): void
  /** Waits for the look that is under way. */
  stop(): Promise<void>
}

/** Calls `look` when woken and now and then besides, never twice at once. A look that throws is logged, and tried again. */
export const startPoller = (ctx: Context, name: string, look: () => Promise<Found>): Poller => {
  let stopping = false
  let wanted = false
  let looking: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let workedAt = Number.NEGATIVE_INFINITY

  const wake = (): void => {
    wanted = true
    if (!stopping) looking ??= Promise.resolve().then(lookWhileWanted)
  }
  const lookWhileWanted = async (): Promise<void> => {
    clearTimeout(timer)
    while (wanted && !stopping) {
      wanted = false
      const found = await lookOnce()
      if (found !== 'nothing') workedAt = performance.now()
      if (found === 'more') wanted = true
    }
    looking = undefined
    if (!stopping) timer = setTimeout(wake, pause()).unref()
  }
  const lookOnce = async (): Promise<Found> => {
    try {
      return await look()
    } catch (error) {
      ctx.log.error({ name, code: errorCode(error) }, 'poll failed')
      // Whoever woke us meanwhile waits for the pause too: a broken database must not be hammered.
      wanted = false
      return 'nothing'
    }
  }
  const pause = (): number => {
    const base = performance.now() - workedAt < BUSY_FOR_MS ? POLL_BUSY_MS : POLL_IDLE_MS
    return base * (0.75 + ctx.random(1).readUInt8() / 512)
  }
  wake()
  return {
    wake,
    async stop() {
      stopping = true
      clearTimeout(timer)
      await looking
    },
  }
}
