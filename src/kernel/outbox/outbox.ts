/**
 * News between parts and to the world (design §2: `identity.issued`, `identity.updated`, `identity.deactivated`,
 * `partner.changed`, `message.requested`). Written in the transaction of the act, delivered at least once, and
 * consumed exactly once in effect: a consumer's own writes commit together with its inbox mark.
 */
import type { Context } from '../context.ts'
import type { Tx } from '../db/db.ts'

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
  consume(ctx: Context, tx: Tx, message: Message): Promise<void>
}
/** The payload is sealed at rest. */
export declare function publish(
  ctx: Context,
  tx: Tx,
  topic: string,
  key: string,
  payload: unknown,
): Promise<void>
export declare function startDelivery(
  ctx: Context,
  consumers: readonly Consumer[],
): { wake(): void; stop(): Promise<void> }
