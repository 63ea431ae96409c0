import assert from 'node:assert/strict'
import type { Context } from '../context.ts'
import type { Tx } from '../db/db.ts'
import type { NewLeaf } from './audit.ts'
import { sealLeaf } from './leaf.ts'
import { logKeyFor, personRef } from './person-key.ts'
import { addLeaf } from './store.ts'

const kindForm = /^[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)+$/

/**
 * Leaves one leaf in the transaction of the act; answers its id. The leaf is numbered, and stands in a signed checkpoint,
 * within a second of the commit. Costs one read and one insert.
 */
export const record = async (ctx: Context, tx: Tx, leaf: NewLeaf): Promise<string> => {
  assert.match(leaf.kind, kindForm)
  const at = ctx.now()
  const id = timeOrderedId(at, ctx.random(10))
  const ref = personRef(ctx, leaf.person)
  const key = await logKeyFor(ctx, tx, ref)
  const { kind, actor, content } = leaf
  const body = { id, at: at.toISOString(), kind, actor, content }
  await addLeaf(tx, { id, personRef: ref, keyId: key.id, ...sealLeaf(key, body, ctx.random) })
  return id
}

/** UUID version 7 (RFC 9562 §5.7): sorts by its time. */
const timeOrderedId = (at: Date, random: Buffer): string => {
  const hex = at.getTime().toString(16).padStart(12, '0') + random.toString('hex')
  const variant = '89ab'[Number.parseInt(hex.charAt(15), 16) % 4]
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `7${hex.slice(12, 15)}`,
    `${variant}${hex.slice(16, 19)}`,
    hex.slice(20, 32),
  ].join('-')
}
