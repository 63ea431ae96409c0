import {
  checkLog,
  entriesOf,
  forgetPerson,
  receiptFor,
  record,
  startSequencer,
} from '../../../src/kernel/audit/audit.ts'
import { verifyReceipt } from '../../../src/kernel/audit/browser/verify-receipt.ts'
import { verifierKeys } from '../../../src/kernel/audit/note.ts'
import { consistencyProof } from '../../../src/kernel/audit/read.ts'
import { readTree } from '../../../src/kernel/audit/store.ts'
import type { Context } from '../../../src/kernel/context.ts'
import { rows, transaction } from '../../../src/kernel/db/db.ts'
import { aLeaf, recordLeaves, sequence, treeSize, untilSize } from '../../support/audit-log.ts'
import { withContext } from '../../support/context.ts'
import { isConsistent } from '../../support/merkle.ts'
import { testOn } from '../../support/servers.ts'

const keyLines = async (ctx: Context): Promise<string> => {
  const tree = await readTree(ctx.db)
  return (await verifierKeys(ctx.keys, tree?.origin ?? '')).join('\n')
}

for (const engine of ['sqlite', 'mariadb'] as const) {
  const test = testOn(engine)

  test(`${engine}: what a person sees of the log is newest first, and only the own entries`, async (t) => {
    const ctx = await withContext(t, { engine })
    const ids = await recordLeaves(ctx, 5, (i) => ({ content: { nth: i }, person: 'mine' }))
    await recordLeaves(ctx, 1, () => ({ person: 'other' }))
    await transaction(ctx, (tx) => {
      const { person: _, ...aboutNobody } = aLeaf({ kind: 'key.rotated' })
      return record(ctx, tx, aboutNobody)
    })
    const entries = await entriesOf(ctx, 'mine', { limit: 10 })
    t.deepEqual(entries.map(({ id }) => id).toSorted(), ids.toSorted())
    t.deepEqual(
      entries.map(({ id }) => id),
      entries
        .map(({ id }) => id)
        .toSorted()
        .reverse(),
    )
    const [entry] = entries
    t.like(entry, { kind: 'identity.read', actor: { type: 'relying-party', id: 'harbour-bank' } })
    t.true(Math.abs((entry?.at.getTime() ?? 0) - ctx.now().getTime()) < 10_000)
    t.is(entry?.index, undefined)
    const first = await entriesOf(ctx, 'mine', { limit: 2 })
    const before = first.at(-1)?.id ?? ''
    const rest = await entriesOf(ctx, 'mine', { limit: 10, before })
    t.deepEqual([...first, ...rest], entries)
    t.deepEqual(await entriesOf(ctx, 'nobody', { limit: 10 }), [])
  })

  test(`${engine}: an act that rolls back leaves no leaf`, async (t) => {
    const ctx = await withContext(t, { engine })
    const failing = transaction(ctx, async (tx) => {
      await record(ctx, tx, aLeaf())
      throw new Error('the act failed')
    })
    await t.throwsAsync(failing, { message: 'the act failed' })
    t.deepEqual(await entriesOf(ctx, 'person-1', { limit: 10 }), [])
    t.deepEqual(await rows(ctx.db, 'SELECT id FROM audit_person_key'), [])
  })

  test(`${engine}: a leaf stands in a signed checkpoint within a second, with a receipt that verifies`, async (t) => {
    const ctx = await withContext(t, { engine })
    const sequencer = startSequencer(ctx)
    await untilSize(ctx, 0)
    const delays: number[] = []
    let id = ''
    for (let size = 1; size <= 5; size++) {
      ;[id = ''] = await recordLeaves(ctx, 1)
      const committed = performance.now()
      t.is(await receiptFor(ctx, 'person-1', id), undefined)
      await untilSize(ctx, size)
      delays.push(performance.now() - committed)
    }
    t.true((delays.toSorted((a, b) => a - b)[2] ?? 0) < 1000, 'in the median of five')
    await recordLeaves(ctx, 20, (i) => ({ person: `person-${i % 3}` }))
    await untilSize(ctx, 25)
    await sequencer.stop()
    for (const person of ['person-0', 'person-1', 'person-2'])
      for (const entry of await entriesOf(ctx, person, { limit: 50 })) {
        const receipt = await receiptFor(ctx, person, entry.id)
        if (!receipt) return t.fail()
        t.deepEqual(await verifyReceipt(receipt, await keyLines(ctx)), {
          ok: true,
          treeSize: 25,
          origin: `${new URL(ctx.config.server.publicUrl).host}/log`,
        })
        const leaf: unknown = JSON.parse(Buffer.from(receipt.leaf, 'base64url').toString())
        t.like(leaf, { id: entry.id, at: entry.at.toISOString(), kind: entry.kind })
        t.deepEqual([receipt.index], [entry.index])
      }
    t.is(await receiptFor(ctx, 'person-2', id), undefined, 'not of another person')
    t.deepEqual(await checkLog(ctx), [])
  })

  test(`${engine}: nothing of the tree or the tables names the person or the content`, async (t) => {
    const ctx = await withContext(t, { engine })
    await recordLeaves(ctx, 3, () => ({
      person: 'person-4711',
      content: { purpose: 'a-secret-purpose' },
    }))
    await sequence(ctx, 3)
    for (const table of ['audit_leaf', 'audit_person_key', 'audit_tree', 'audit_tile'])
      for (const row of await rows<Record<string, unknown>>(ctx.db, `SELECT * FROM ${table}`))
        for (const value of Object.values(row)) {
          const text = Buffer.isBuffer(value) ? value.toString('latin1') : String(value)
          t.notRegex(text, /4711|secret-purpose|identity\.read|harbour-bank/)
        }
    const commitments = await rows<{ commitment: Buffer }>(
      ctx.db,
      'SELECT commitment FROM audit_leaf',
    )
    t.is(new Set(commitments.map(({ commitment }) => commitment.toString('hex'))).size, 3)
  })

  test(`${engine}: parallel first acts about one person end with one log key`, async (t) => {
    const ctx = await withContext(t, { engine })
    await Promise.all(Array.from({ length: 8 }, () => recordLeaves(ctx, 3)))
    t.is((await rows(ctx.db, 'SELECT id FROM audit_person_key')).length, 1)
    t.is((await entriesOf(ctx, 'person-1', { limit: 50 })).length, 24)
  })

  test(`${engine}: several sequencers at once number every leaf exactly once`, async (t) => {
    const ctx = await withContext(t, { engine })
    const sequencers = Array.from({ length: 4 }, () => startSequencer(ctx))
    const writers = Array.from({ length: 6 }, (_, w) =>
      recordLeaves(ctx, 50, (i) => ({ person: `person-${w}-${i % 7}` })),
    )
    const waker = setInterval(() => sequencers.forEach((sequencer) => void sequencer.wake()), 5)
    await Promise.all(writers)
    await untilSize(ctx, 300)
    clearInterval(waker)
    await Promise.all(sequencers.map((sequencer) => sequencer.stop()))
    t.is(await treeSize(ctx), 300)
    const numbered = await rows<{ position: number }>(
      ctx.db,
      'SELECT position FROM audit_leaf ORDER BY position',
    )
    t.deepEqual(
      numbered.map(({ position }) => Number(position)),
      Array.from({ length: 300 }, (_, i) => i),
    )
    t.deepEqual(await checkLog(ctx), [])
  })

  test(`${engine}: trees of any two moments are consistent`, async (t) => {
    const ctx = await withContext(t, { engine })
    const heads: { size: number; root: Buffer }[] = []
    let size = 0
    for (const count of [1, 2, 4, 7, 120, 130]) {
      await recordLeaves(ctx, count)
      size += count
      await sequence(ctx, size)
      const tree = await readTree(ctx.db)
      if (tree) heads.push(tree)
    }
    for (const [i, old] of heads.entries())
      for (const later of heads.slice(i)) {
        const proof = await consistencyProof(ctx, old.size, later.size)
        const hashes = proof?.map((hash) => Buffer.from(hash, 'base64')) ?? []
        t.true(isConsistent(old.size, later.size, old.root, later.root, hashes))
      }
    for (const [old, later] of [
      [0, 5],
      [5, 4],
      [1, size + 1],
    ] as const)
      t.is(await consistencyProof(ctx, old, later), undefined)
  })

  test(`${engine}: forgetting a person takes the contents, and leaves the tree and every proof`, async (t) => {
    const ctx = await withContext(t, { engine })
    const [mine = ''] = await recordLeaves(ctx, 3, () => ({ person: 'mine' }))
    const [others = ''] = await recordLeaves(ctx, 3, () => ({ person: 'other' }))
    await sequence(ctx, 6)
    const old = await receiptFor(ctx, 'mine', mine)
    const before = await readTree(ctx.db)
    await transaction(ctx, (tx) => forgetPerson(ctx, tx, 'mine'))
    t.deepEqual(await entriesOf(ctx, 'mine', { limit: 10 }), [])
    t.is(await receiptFor(ctx, 'mine', mine), undefined)
    t.deepEqual(await readTree(ctx.db), before)
    const receipt = await receiptFor(ctx, 'other', others)
    if (!receipt || !old) return t.fail()
    for (const still of [receipt, old]) t.true((await verifyReceipt(still, await keyLines(ctx))).ok)
    await recordLeaves(ctx, 2, () => ({ person: 'mine' }))
    await sequence(ctx, 8)
    t.is(
      (await entriesOf(ctx, 'mine', { limit: 10 })).length,
      2,
      'later acts have a key of their own',
    )
    t.deepEqual(await checkLog(ctx), [])
  })

  test(`${engine}: a rotated key signs at once, beside its successor, and old receipts stay good`, async (t) => {
    const ctx = await withContext(t, { engine })
    const [id = ''] = await recordLeaves(ctx, 1)
    await sequence(ctx, 1)
    const old = await receiptFor(ctx, 'person-1', id)
    const trusted = await keyLines(ctx)
    await ctx.keys.rotate('audit-checkpoint')
    const sequencer = startSequencer(ctx)
    let fresh = old
    for (let i = 0; i < 200 && fresh?.checkpoint === old?.checkpoint; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      fresh = await receiptFor(ctx, 'person-1', id)
    }
    await sequencer.stop()
    if (!fresh || !old) return t.fail()
    t.not(fresh.checkpoint, old.checkpoint)
    t.true((await verifyReceipt(fresh, trusted)).ok, 'who trusted two keys still trusts one')
    t.true((await verifyReceipt(fresh, await keyLines(ctx))).ok)
    t.true((await verifyReceipt(old, trusted)).ok)
    t.deepEqual(await checkLog(ctx), [])
  })

  test(`${engine}: a leaf that is no leaf is a bug of the caller`, async (t) => {
    const ctx = await withContext(t, { engine })
    for (const kind of ['read', 'Identity.read', 'identity.', 'identity read'])
      await t.throwsAsync(
        () => recordLeaves(ctx, 1, () => ({ kind })),
        { name: 'AssertionError' },
        kind,
      )
    const content = { purpose: 'x'.repeat(9000) }
    await t.throwsAsync(() => recordLeaves(ctx, 1, () => ({ content })), { message: /too large/ })
    const page = { limit: 201 }
    await t.throwsAsync(() => entriesOf(ctx, 'person-1', page), { name: 'AssertionError' })
  })
}
