/** SQL of the development inbox. Addresses and texts are sealed; an address is found by its keyed lookup. */
import type { Context } from '../context.ts'
import { execute, insert, row, rows, type Tx } from '../db/db.ts'

/** Rows kept; older ones make room. */
const INBOX_MAX = 1_000
const LIST_MAX = 50

export interface InboxMessage {
  readonly to: string
  readonly channel: 'email' | 'sms'
  readonly subject: string
  readonly text: string
  /** RFC 3339. */
  readonly at: string
}

export const addToInbox = async (
  ctx: Context,
  tx: Tx,
  id: string,
  message: InboxMessage,
): Promise<void> => {
  const content = await ctx.vault.seal(placeOf(id), JSON.stringify(message))
  await insert(tx, 'message_inbox', {
    id,
    to_lookup: lookupOf(ctx, message.to),
    content,
    at: Date.parse(message.at),
  })
  await dropOldest(tx)
}

/** Newest first; all addresses when `to` is absent. */
export const listInbox = async (
  ctx: Context,
  to: string | undefined,
): Promise<readonly InboxMessage[]> => {
  const where = to === undefined ? '' : 'WHERE to_lookup = ?'
  const found = await rows<{ id: string; content: string }>(
    ctx.db,
    `SELECT id, content FROM message_inbox ${where} ORDER BY at DESC, id LIMIT ?`,
    to === undefined ? [LIST_MAX] : [lookupOf(ctx, to), LIST_MAX],
  )
  return Promise.all(
    found.map(async ({ id, content }) => {
      const plain = await ctx.vault.open(placeOf(id), content)
      return JSON.parse(plain.toString()) as InboxMessage
    }),
  )
}

const dropOldest = async (tx: Tx): Promise<void> => {
  const oldest = await row<{ at: number }>(
    tx,
    'SELECT at FROM message_inbox ORDER BY at DESC LIMIT 1 OFFSET ?',
    [INBOX_MAX],
  )
  if (oldest) await execute(tx, 'DELETE FROM message_inbox WHERE at <= ?', [oldest.at])
}

const placeOf = (id: string) => ({ table: 'message_inbox', column: 'content', row: id })
/** Spelling of an address does not matter. */
const lookupOf = (ctx: Context, address: string): string =>
  ctx.vault.lookup('message.address', address.trim().toLowerCase())
