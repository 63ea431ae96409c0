/**
 * Messages to residents: one-time codes, notices. Written to the outbox in the transaction of the act (topic
 * `message.requested`, sealed), rendered from the country pack's templates in the resident's language, and handed to a
 * transport. Demo and test profiles have one transport: the development inbox, a table that `/sandbox/inbox` reads.
 */
import { randomUUID } from 'node:crypto'
import type { Context } from '../context.ts'
import type { Tx } from '../db/db.ts'
import { type Consumer, publish } from '../outbox/outbox.ts'
import { messageProblem } from './problems.ts'
import { renderMessage } from './render.ts'
import { addToInbox } from './store.ts'

export { messageMigrations } from './migrations.ts'
export { messageRoutes } from './routes.ts'
export { type InboxMessage, listInbox } from './store.ts'

export interface NewMessage {
  readonly channel: 'email' | 'sms'
  readonly address: string
  /** Key of the country pack's templates. */
  readonly template: string
  readonly language: string
  /** Fill the template's {placeholders}. */
  readonly values: Readonly<Record<string, string>>
}
/** What is ready to send. Throwing means: again, later. */
export interface Rendered {
  readonly channel: NewMessage['channel']
  readonly address: string
  readonly subject: string
  readonly text: string
}
export type Transport = (ctx: Context, tx: Tx, id: string, message: Rendered) => Promise<void>

const TOPIC = 'message.requested'

/** A template or value that is missing fails here, in the act, and not later in the delivery. */
export const requestMessage = async (ctx: Context, tx: Tx, message: NewMessage): Promise<void> => {
  renderMessage(ctx, message)
  // Of no order with others: each message has a key of its own.
  await publish(ctx, tx, TOPIC, randomUUID(), message)
}

export const messageConsumers = (ctx: Context): readonly Consumer[] => {
  const transport = ctx.config.profile === 'production' ? noTransport : inbox
  return [
    {
      name: 'messages',
      topic: TOPIC,
      async consume(_, tx, { id, payload }) {
        const message = payload as NewMessage
        const { channel, address } = message
        await transport(ctx, tx, id, { channel, address, ...renderMessage(ctx, message) })
      },
    },
  ]
}

const inbox: Transport = (ctx, tx, id, { channel, address, subject, text }) =>
  addToInbox(ctx, tx, id, { to: address, channel, subject, text, at: ctx.now().toISOString() })

/** In production a message that nobody can send stays in the outbox and is parked where operators see it; it is never dropped. */
const noTransport: Transport = async () => {
  throw messageProblem('messages.no-transport')
}
