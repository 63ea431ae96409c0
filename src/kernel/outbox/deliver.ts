import type { Context } from '../context.ts'
import { transaction } from '../db/db.ts'
import { errorCode } from '../error-code.ts'
import type { Found } from '../poller.ts'
import type { Consumer, Message } from './outbox.ts'
import {
  ATTEMPTS_MAX,
  BACKOFF_MAX_MS,
  BACKOFF_MS,
  BATCH,
  KEYS_AT_ONCE,
  RESCAN_MS,
} from './parameters.ts'
import {
  failuresOf,
  forgetFailure,
  markConsumed,
  noteFailure,
  pending,
  type Stored,
  settledBefore,
} from './store.ts'

/** One look of one consumer: delivers what is pending, some keys at once, each key in order. */
export const createDelivery = (ctx: Context, consumer: Consumer): (() => Promise<Found>) => {
  let since = 0
  let rescanAt = performance.now() + RESCAN_MS
  return async () => {
    if (performance.now() > rescanAt) {
      since = 0
      rescanAt = performance.now() + RESCAN_MS
    }
    const found = await pending(ctx, consumer, since)
    since = Math.max(since, await settledBefore(ctx, consumer.name, found))
    const keys = Map.groupBy(found, ({ message_key }) => message_key).values()
    // One iterator for all: each lane of work takes the next key when it is done with one.
    await Promise.all(
      Array.from({ length: KEYS_AT_ONCE }, async () => {
        for (const messages of keys) await deliverKey(ctx, consumer, messages)
      }),
    )
    if (found.length === 0) return 'nothing'
    return found.length === BATCH ? 'more' : 'some'
  }
}

const deliverKey = async (
  ctx: Context,
  consumer: Consumer,
  messages: readonly Stored[],
): Promise<void> => {
  // After a failure the rest of the key waits, unless the message was parked.
  for (const message of messages) if (!(await deliver(ctx, consumer, message))) return
}

const deliver = async (ctx: Context, consumer: Consumer, stored: Stored): Promise<boolean> => {
  try {
    const message = await opened(ctx, stored)
    await transaction(ctx, async (tx) => {
      if (!(await markConsumed(tx, stored, consumer.name))) return
      await consumer.consume(ctx, tx, message)
      await forgetFailure(tx, stored.id, consumer.name)
    })
    return true
  } catch (error) {
    return afterFailure(ctx, consumer, stored, errorCode(error))
  }
}

const opened = async (ctx: Context, { id, topic, message_key: key, payload }: Stored) => {
  const plain = await ctx.vault.open(placeOf(id), payload)
  return { id, topic, key, payload: JSON.parse(plain.toString()) as unknown } satisfies Message
}

export const placeOf = (id: string) => ({ table: 'outbox', column: 'payload', row: id })

/** True when the message is out of the way. */
const afterFailure = async (
  ctx: Context,
  consumer: Consumer,
  message: Stored,
  code: string,
): Promise<boolean> => {
  const fields = { consumer: consumer.name, topic: consumer.topic, message: message.id, code }
  const parked = await transaction(ctx, async (tx) => {
    const now = ctx.now().getTime()
    const attempts = (await failuresOf(tx, message.id, consumer.name)) + 1
    const park = attempts >= ATTEMPTS_MAX
    if (park && !(await markConsumed(tx, message, consumer.name))) return true
    await noteFailure(tx, message, consumer.name, {
      attempts,
      error_code: code,
      due_at: now + Math.min(BACKOFF_MS * 2 ** (attempts - 1), BACKOFF_MAX_MS),
      parked_at: park ? now : null,
    })
    return park
  })
  if (parked) ctx.log.error(fields, 'message is parked')
  else ctx.log.warn(fields, 'message will be delivered again')
  return parked
}
