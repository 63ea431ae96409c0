import type { ExecutionContext } from 'ava'
import { checkLog, type LogFault } from '../../../src/kernel/audit/audit.ts'
import { sequenceBatch } from '../../../src/kernel/audit/sequencer.ts'
import type { Context } from '../../../src/kernel/context.ts'
import { execute, transaction, type Value } from '../../../src/kernel/db/db.ts'
import { recordTogether, sequence } from '../../support/audit-log.ts'
import { withContext } from '../../support/context.ts'
import { testOn } from '../../support/servers.ts'

const size = 300

const withLog = async (
  t: ExecutionContext,
  engine: 'sqlite' | 'mariadb',
  now = () => new Date(),
): Promise<Context> => {
  const ctx = await withContext(t, { engine, now })
  await recordTogether(ctx, size, (i) => ({ person: `person-${i % 5}` }))
  await sequence(ctx, size)
  return ctx
}
const damage = (ctx: Context, sql: string, values: readonly Value[] = []) =>
  transaction(ctx, (tx) => execute(tx, sql, values))

for (const engine of ['sqlite', 'mariadb'] as const) {
  testOn(engine)(`${engine}: every injected fault is found, and named`, async (t) => {
    let minutes = 0
    const ctx = await withLog(t, engine, () => new Date(Date.now() + minutes * 60_000))
    const faults = async (): Promise<LogFault['fault'][]> => [
      ...new Set((await checkLog(ctx)).map(({ fault }) => fault)),
    ]
    t.deepEqual(await faults(), [])

    // a leaf loses its number: a minute later it is a leaf that was never sequenced, and its place is another's
    await damage(ctx, 'UPDATE audit_leaf SET position = NULL WHERE position = 17')
    minutes = 2
    const [never, twice] = await checkLog(ctx)
    t.is(never?.fault, 'never-sequenced')
    t.deepEqual(twice, { fault: 'sequenced-twice', at: 17, leaf: never?.leaf ?? '' })
    // and when the sequencer numbers it again, the tree has it twice
    t.is(await sequenceBatch(ctx), 1)
    t.deepEqual(await checkLog(ctx), [twice])
    await damage(ctx, 'UPDATE audit_leaf SET position = 17 WHERE position = ?', [size])
    t.deepEqual(
      (await checkLog(ctx)).map(({ fault, at }) => [fault, at]),
      [['sequenced-twice', size]],
    )
  })

  const injected: readonly [string, string, readonly Value[], LogFault['fault']][] = [
    ['a deleted leaf', 'DELETE FROM audit_leaf WHERE position = 5', [], 'leaf-missing'],
    [
      'a number beyond the tree',
      'UPDATE audit_leaf SET position = 999 WHERE position = 299',
      [],
      'beyond-the-tree',
    ],
    [
      'another commitment',
      'UPDATE audit_leaf SET commitment = ? WHERE position = 8',
      [Buffer.alloc(32)],
      'commitment-differs',
    ],
    [
      'another content',
      'UPDATE audit_leaf SET sealed = ? WHERE position = 260',
      [Buffer.alloc(200)],
      'content-altered',
    ],
    ['a missing tile', 'DELETE FROM audit_tile WHERE level = 0 AND tile = 0', [], 'tile-missing'],
    [
      'another tile',
      'UPDATE audit_tile SET data = ? WHERE level = 1',
      [Buffer.alloc(32)],
      'tile-differs',
    ],
    ['another root', 'UPDATE audit_tree SET root = ?', [Buffer.alloc(32)], 'root-differs'],
    [
      'another checkpoint',
      'UPDATE audit_tree SET checkpoint = ?',
      ['x\n1\nAA==\n\n'],
      'checkpoint-invalid',
    ],
  ]
  testOn(engine)(`${engine}: damage of every kind is found`, async (t) => {
    for (const [what, sql, values, expected] of injected) {
      const ctx = await withLog(t, engine)
      t.is(await damage(ctx, sql, values), 1, what)
      const found = await checkLog(ctx)
      t.true(
        found.some(({ fault }) => fault === expected),
        `${what}: ${JSON.stringify(found)}`,
      )
    }
  })
}
