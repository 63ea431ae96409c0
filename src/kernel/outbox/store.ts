/** SQL of the outbox. */
import type { Context } from '../context.ts'
import { execute, insert, insertIfAbsent, row, rows, type Tx, upsert } from '../db/db.ts'
import {
  BATCH,
  FORGET_CONSUMER_MS,
  OPEN_TRANSACTION_MAX_MS,
  SWEEP_BATCH,
  UNCLAIMED_MS,
} from './parameters.ts'

export interface Stored {
  readonly id: string
  readonly topic: string
  readonly message_key: string
  readonly at: number
  readonly payload: string
}

/**
 * The next instant of a lane: later than all before it, at least now. Its row stays locked until `tx` ends, so the
 * messages of one key carry their instants in the order of their commits.
 */
export const nextInstant = async (tx: Tx, lane: number, now: number): Promise<number> => {
  const advance = () =>
    execute(
      tx,
      'UPDATE outbox_lane SET at = CASE WHEN at >= ? THEN at + 1 ELSE ? END WHERE lane = ?',
      [now, now, lane],
    )
  if ((await advance()) === 0) {
    if (await insertIfAbsent(tx, 'outbox_lane', { lane, at: now })) return now
    await advance()
  }
  const found = await row<{ at: number }>(tx, 'SELECT at FROM outbox_lane WHERE lane = ?', [lane])
  return found?.at ?? now
}

export const addMessage = (tx: Tx, message: Stored & { readonly lane: number }): Promise<void> =>
  insert(tx, 'outbox', { ...message })

export const registerConsumer = (tx: Tx, name: string, topic: string, now: number): Promise<void> =>
  upsert(tx, 'outbox_consumer', { name }, { topic, seen_at: now })

/** What `consumer` has not had, from `since`, oldest first; without the keys that wait for a message's next try. */
export const pending = (
  ctx: Context,
  consumer: { readonly name: string; readonly topic: string },
  since: number,
): Promise<Stored[]> =>
  rows<Stored>(
    ctx.db,
    `SELECT id, topic, message_key, at, payload FROM outbox
     WHERE topic = ? AND at >= ?
       AND NOT EXISTS (SELECT 1 FROM outbox_inbox
         WHERE message_id = outbox.id AND consumer = ?)
       AND NOT EXISTS (SELECT 1 FROM outbox_failure
         WHERE outbox_failure.consumer = ? AND outbox_failure.message_key = outbox.message_key
           AND outbox_failure.topic = outbox.topic AND parked_at IS NULL AND due_at > ?)
     ORDER BY at, id LIMIT ?`,
    [consumer.topic, since, consumer.name, consumer.name, ctx.now().getTime(), BATCH],
  )

/** Instant before which `consumer` has had everything, given what it found pending. */
export const settledBefore = async (
  ctx: Context,
  consumer: string,
  found: readonly Stored[],
): Promise<number> => {
  const failing = await row<{ at: number | null }>(
    ctx.db,
    'SELECT MIN(at) AS at FROM outbox_failure WHERE consumer = ? AND parked_at IS NULL',
    [consumer],
  )
  return Math.min(
    ctx.now().getTime() - OPEN_TRANSACTION_MAX_MS,
    found[0]?.at ?? Number.POSITIVE_INFINITY,
    failing?.at ?? Number.POSITIVE_INFINITY,
  )
}

/** False when the consumer has had it, or it is gone because all have. Waits for another process that is at it. */
export const markConsumed = async (tx: Tx, message: Stored, consumer: string): Promise<boolean> => {
  const mark = { message_id: message.id, consumer }
  if (!(await insertIfAbsent(tx, 'outbox_inbox', mark))) return false
  if (await row(tx, 'SELECT id FROM outbox WHERE id = ?', [message.id])) return true
  await execute(tx, 'DELETE FROM outbox_inbox WHERE message_id = ? AND consumer = ?', [
    message.id,
    consumer,
  ])
  return false
}

export const forgetFailure = async (tx: Tx, id: string, consumer: string): Promise<boolean> => {
  const sql = 'DELETE FROM outbox_failure WHERE message_id = ? AND consumer = ?'
  return (await execute(tx, sql, [id, consumer])) === 1
}

export const failuresOf = async (tx: Tx, id: string, consumer: string): Promise<number> => {
  const sql = 'SELECT attempts FROM outbox_failure WHERE message_id = ? AND consumer = ?'
  return (await row<{ attempts: number }>(tx, sql, [id, consumer]))?.attempts ?? 0
}

export const noteFailure = (
  tx: Tx,
  message: Stored,
  consumer: string,
  failure: { attempts: number; error_code: string; due_at: number; parked_at: number | null },
): Promise<void> =>
  upsert(
    tx,
    'outbox_failure',
    { message_id: message.id, consumer },
    { topic: message.topic, message_key: message.message_key, at: message.at, ...failure },
  )

export const unmark = async (tx: Tx, id: string, consumer: string): Promise<void> => {
  const sql = 'DELETE FROM outbox_inbox WHERE message_id = ? AND consumer = ?'
  await execute(tx, sql, [id, consumer])
}

/** Gives a message a new instant, where consumers look. Answers its topic. */
export const renew = async (tx: Tx, id: string, now: number): Promise<string | undefined> => {
  const found = await row<{ topic: string; lane: number }>(
    tx,
    'SELECT topic, lane FROM outbox WHERE id = ?',
    [id],
  )
  if (found === undefined) return undefined
  const at = await nextInstant(tx, found.lane, now)
  await execute(tx, 'UPDATE outbox SET at = ? WHERE id = ?', [at, id])
  return found.topic
}

/** The next messages after `cursor`, and which of them every consumer has had and nobody has parked. */
export const sweepable = (
  ctx: Context,
  cursor: number,
): Promise<{ id: string; at: number; done: number }[]> => {
  const now = ctx.now().getTime()
  return rows(
    ctx.db,
    `SELECT id, at,
       CASE WHEN EXISTS (SELECT 1 FROM outbox_consumer WHERE topic = outbox.topic AND seen_at > ?)
       THEN NOT EXISTS (SELECT 1 FROM outbox_consumer
           WHERE topic = outbox.topic AND seen_at > ?
             AND NOT EXISTS (SELECT 1 FROM outbox_inbox
               WHERE message_id = outbox.id AND consumer = outbox_consumer.name))
         AND NOT EXISTS (SELECT 1 FROM outbox_failure
           WHERE message_id = outbox.id AND parked_at IS NOT NULL)
       ELSE at < ? END AS done
     FROM outbox WHERE at > ? ORDER BY at LIMIT ?`,
    [now - FORGET_CONSUMER_MS, now - FORGET_CONSUMER_MS, now - UNCLAIMED_MS, cursor, SWEEP_BATCH],
  )
}

export const removeMessages = async (tx: Tx, ids: readonly string[]): Promise<void> => {
  const marks = ids.map(() => '?').join(', ')
  await execute(tx, `DELETE FROM outbox WHERE id IN (${marks})`, ids)
  await execute(tx, `DELETE FROM outbox_inbox WHERE message_id IN (${marks})`, ids)
  await execute(tx, `DELETE FROM outbox_failure WHERE message_id IN (${marks})`, ids)
}
