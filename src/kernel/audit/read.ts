/** What a person sees of the log: own entries, and a receipt that a stranger can check. */
import assert from 'node:assert/strict'
import type { Context } from '../context.ts'
import type { Entry, Receipt } from './audit.ts'
import { type LeafBody, openLeaf } from './leaf.ts'
import { consistencyPath, inclusionPath, leafHash, rangeHash } from './merkle.ts'
import { openLogKeys, personRef } from './person-key.ts'
import { type LeafRow, leafOfPerson, leavesOfPerson, readTile, readTree } from './store.ts'
import { nodesOf } from './tiles.ts'

const pageMax = 200

/** Newest first, `limit` 1 to 200. Entries whose key was destroyed are left out. */
export const entriesOf = async (
  ctx: Context,
  person: string,
  page: { limit: number; before?: string },
): Promise<Entry[]> => {
  assert(page.limit >= 1 && page.limit <= pageMax)
  const leaves = await leavesOfPerson(ctx.db, personRef(ctx, person), page)
  const keys = await openLogKeys(
    ctx,
    ctx.db,
    leaves.map(({ keyId }) => keyId),
  )
  return leaves.flatMap((leaf) => {
    const key = keys.get(leaf.keyId)
    const opened = key && openLeaf(key, leaf.id, leaf)
    return opened ? [entryOf(leaf, opened.bytes)] : []
  })
}

const entryOf = (leaf: LeafRow, bytes: Buffer): Entry => {
  const body: LeafBody = JSON.parse(bytes.toString())
  return {
    id: leaf.id,
    kind: body.kind,
    at: new Date(body.at),
    actor: body.actor,
    content: body.content,
    ...(leaf.position === undefined ? {} : { index: leaf.position }),
  }
}

/** Undefined while the leaf is not sequenced yet, not this person's, or its key was destroyed. */
export const receiptFor = async (
  ctx: Context,
  person: string,
  entryId: string,
): Promise<Receipt | undefined> => {
  const leaf = await leafOfPerson(ctx.db, personRef(ctx, person), entryId)
  if (leaf?.position === undefined) return undefined
  const key = (await openLogKeys(ctx, ctx.db, [leaf.keyId])).get(leaf.keyId)
  const opened = key && openLeaf(key, leaf.id, leaf)
  // read after the leaf, so that this tree holds it
  const tree = await readTree(ctx.db)
  if (!opened || !tree) return undefined
  const proof = await hashesOf(ctx, inclusionPath(leaf.position, tree.size))
  return {
    leafHash: leafHash(leaf.commitment).toString('base64'),
    leaf: opened.bytes.toString('base64url'),
    salt: opened.salt.toString('base64url'),
    index: leaf.position,
    proof,
    checkpoint: tree.checkpoint,
  }
}

/** RFC 9162 §2.1.4, base64; undefined unless 0 < old <= size <= the tree's size. */
export const consistencyProof = async (
  ctx: Context,
  old: number,
  size: number,
): Promise<string[] | undefined> => {
  const tree = await readTree(ctx.db)
  if (!tree || old < 1 || old > size || size > tree.size) return undefined
  return await hashesOf(ctx, consistencyPath(old, size))
}

const hashesOf = async (
  ctx: Context,
  ranges: ReturnType<typeof inclusionPath>,
): Promise<string[]> => {
  const node = nodesOf((level, tile) => readTile(ctx.db, level, tile))
  const hashes = await Promise.all(ranges.map((range) => rangeHash(range, node)))
  return hashes.map((hash) => hash.toString('base64'))
}
