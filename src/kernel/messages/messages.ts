/**
 * Messages to residents: one-time codes, notices. Written to the outbox in the transaction of the act (topic
 * `message.requested`, sealed), rendered from the country pack's templates in the resident's language, and handed to a
 * transport. Demo and test profiles have one transport: the development inbox, a table that `/sandbox/inbox` reads.
 */
import type { Context } from '../context.ts'
import type { Tx } from '../db/db.ts'
import type { Migration } from '../db/schema.ts'
import type { Route } from '../http/http.ts'
import type { Consumer } from '../outbox/outbox.ts'

export interface NewMessage {
  readonly channel: 'email' | 'sms'
  readonly address: string
  /** Key of the country pack's templates. */
  readonly template: string
  readonly language: string
  /** Fill the template's {placeholders}. */
  readonly values: Readonly<Record<string, string>>
}
export declare function requestMessage(ctx: Context, tx: Tx, message: NewMessage): Promise<void>
export declare function messageConsumers(ctx: Context): readonly Consumer[]
/** `GET /sandbox/inbox?to=`: JSON `[{to, channel, subject, text, at}]`, newest first; demo and test profiles only. */
export declare function messageRoutes(ctx: Context): readonly Route[]
export declare const messageMigrations: readonly Migration[]
