import type { Context } from '../context.ts'
import { transaction } from '../db/db.ts'
import { errorCode } from '../error-code.ts'
import { SWEEP_BATCH, SWEEP_MS } from './parameters.ts'
import { removeMessages, sweepable } from './store.ts'

/**
 * Deletes what every consumer has had, a batch at a time. It walks the table with a cursor, so messages that a
 * consumer leaves behind for long are not looked at again and again.
 */
export const startSweep = (ctx: Context): { stop(): Promise<void> } => {
  let cursor = 0
  let sweeping: Promise<void> | undefined
  const sweep = async (): Promise<void> => {
    try {
      const seen = await sweepable(ctx, cursor)
      const done = seen.filter((message) => message.done === 1).map(({ id }) => id)
      if (done.length > 0) await transaction(ctx, (tx) => removeMessages(tx, done))
      cursor = seen.length === SWEEP_BATCH ? (seen.at(-1)?.at ?? 0) : 0
    } catch (error) {
      ctx.log.error({ code: errorCode(error) }, 'delivered messages could not be deleted')
    }
    sweeping = undefined
  }
  const timer = setInterval(() => {
    sweeping ??= Promise.resolve().then(sweep)
  }, SWEEP_MS).unref()
  return {
    async stop() {
      clearInterval(timer)
      await sweeping
    },
  }
}
