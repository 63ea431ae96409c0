/**
 * News between parts and to the world (design §2: `identity.issued`, `identity.updated`, `identity.deactivated`,
 * `partner.changed`, `message.requested`). Written in the transaction of the act, delivered at least once, and
 * consumed exactly once in effect: a consumer's own writes commit together with its inbox mark.
 */
import assert from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import type { Context } from '../context.ts'
import { onCommit, type Tx, transaction } from '../db/db.ts'
import { asEngine, asEngineTx } from '../db/engine.ts'
import { errorCode } from '../error-code.ts'
import { startPoller } from '../poller.ts'
import { createDelivery, placeOf } from './deliver.ts'
import { LANES, SEEN_MS } from './parameters.ts'
import { addMessage, forgetFailure, nextInstant, registerConsumer, renew, unmark } from './store.ts'
import { startSweep } from './sweep.ts'

export interface Message<T = unknown> {
  readonly id: string
  readonly topic: string
  /** Messages of one key are delivered in the order of their commits. */
  readonly key: string
  readonly payload: T
}
export interface Consumer {
  /** Stable name: the inbox is kept per consumer. */
  readonly name: string
  readonly topic: string
  /**
   * Writes through `tx` only. A throw rolls back; the message comes again, later ones of its key wait. After some ten
   * minutes of failures it is parked with its error code, and the key goes on.
   */
  consume(ctx: Context, tx: Tx, message: Message): Promise<void>
}

/** The payload (JSON) is sealed at rest. Messages are kept until every consumer known to the database has had them. */
export const publish = async (
  ctx: Context,
  tx: Tx,
  topic: string,
  key: string,
  payload: unknown,
): Promise<void> => {
  const id = randomUUID()
  const sealed = await ctx.vault.seal(placeOf(id), JSON.stringify(payload))
  const lane = laneOf(topic, key)
  const at = await nextInstant(tx, lane, ctx.now().getTime())
  await addMessage(tx, { id, topic, message_key: key, lane, at, payload: sealed })
  wakeOnCommit(tx, topic)
}

/** A consumer that is new to the database gets the messages still kept, then every later one. */
export const startDelivery = (
  ctx: Context,
  consumers: readonly Consumer[],
): { wake(): void; stop(): Promise<void> } => {
  assert.equal(new Set(consumers.map(({ name }) => name)).size, consumers.length)
  const { signals } = asEngine(ctx.db)
  const register = (): Promise<void> =>
    transaction(ctx, async (tx) => {
      for (const { name, topic } of consumers)
        await registerConsumer(tx, name, topic, ctx.now().getTime())
    }).catch((error: unknown) =>
      ctx.log.error({ code: errorCode(error) }, 'consumers could not be registered'),
    )
  let registered = register()
  const timer = setInterval(() => {
    registered = register()
  }, SEEN_MS).unref()
  const pollers = consumers.map((consumer) => {
    const poller = startPoller(ctx, `outbox ${consumer.name}`, createDelivery(ctx, consumer))
    signals.on(eventOf(consumer.topic), poller.wake)
    return { ...poller, topic: consumer.topic }
  })
  const sweep = startSweep(ctx)
  return {
    wake() {
      for (const poller of pollers) poller.wake()
    },
    async stop() {
      clearInterval(timer)
      for (const { topic, wake } of pollers) signals.off(eventOf(topic), wake)
      await Promise.all([registered, sweep.stop(), ...pollers.map((poller) => poller.stop())])
    },
  }
}

/** Delivers a parked message once more, as the newest of its key. False when there is none. */
export const redeliver = async (
  ctx: Context,
  tx: Tx,
  messageId: string,
  consumer: string,
): Promise<boolean> => {
  if (!(await forgetFailure(tx, messageId, consumer))) return false
  await unmark(tx, messageId, consumer)
  const topic = await renew(tx, messageId, ctx.now().getTime())
  if (topic !== undefined) wakeOnCommit(tx, topic)
  return topic !== undefined
}

const laneOf = (topic: string, key: string): number =>
  createHash('sha256').update(`${topic}\n${key}`).digest().readUInt32BE() % LANES
const eventOf = (topic: string): string => `outbox:${topic}`
const wakeOnCommit = (tx: Tx, topic: string): void =>
  onCommit(tx, () => asEngineTx(tx).signals.emit(eventOf(topic)))
