/** Ways into a transparency log, for tests: acts that leave leaves, and the wait until they are sequenced. */
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { type NewLeaf, record, startSequencer } from '../../src/kernel/audit/audit.ts'
import { readTree } from '../../src/kernel/audit/store.ts'
import type { Context } from '../../src/kernel/context.ts'
import { transaction } from '../../src/kernel/db/db.ts'

export const aLeaf = (leaf: Partial<NewLeaf> = {}): NewLeaf => ({
  kind: 'identity.read',
  person: 'person-1',
  actor: { type: 'relying-party', id: 'harbour-bank' },
  content: { purpose: 'login', claims: ['name', 'birthdate'] },
  ...leaf,
})

/** Each in a transaction of its own; answers their ids. */
export const recordLeaves = async (
  ctx: Context,
  count: number,
  leaf: (i: number) => Partial<NewLeaf> = () => ({}),
): Promise<string[]> => {
  const ids: string[] = []
  for (let i = 0; i < count; i++)
    ids.push(await transaction(ctx, (tx) => record(ctx, tx, aLeaf(leaf(i)))))
  return ids
}

/** All in one transaction, which is faster. */
export const recordTogether = (
  ctx: Context,
  count: number,
  leaf: (i: number) => Partial<NewLeaf>,
): Promise<void> =>
  transaction(ctx, async (tx) => {
    for (let i = 0; i < count; i++) await record(ctx, tx, aLeaf(leaf(i)))
  })

export const treeSize = async (ctx: Context): Promise<number> =>
  (await readTree(ctx.db))?.size ?? -1

/** Fails after ten seconds. */
export const untilSize = async (ctx: Context, size: number): Promise<void> => {
  for (let waited = 0; (await treeSize(ctx)) < size; waited += 10) {
    assert(waited < 10_000, `the log did not reach ${size} entries`)
    await sleep(10)
  }
}

/** Sequences what is committed, until the log has `size` entries, then stops. */
export const sequence = async (ctx: Context, size: number): Promise<void> => {
  const sequencer = startSequencer(ctx)
  try {
    await untilSize(ctx, size)
  } finally {
    await sequencer.stop()
  }
}
