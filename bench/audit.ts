/** What a leaf costs an act: transactions per second with one, against the same transactions without (the limit). SQLite, fsync included. */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { type NewLeaf, record } from '../src/kernel/audit/audit.ts'
import { makeTree, sequenceBatch } from '../src/kernel/audit/sequencer.ts'
import { loadConfig } from '../src/kernel/config/load.ts'
import type { Context } from '../src/kernel/context.ts'
import { insert, type Tx, transaction } from '../src/kernel/db/db.ts'
import { id, text } from '../src/kernel/db/schema.ts'
import { openContext } from '../src/kernel/start.ts'
import { type BenchResult, median } from './result.ts'

const rounds = 7
const acts = 400
const writers = 10
const together = 4000

export const run = async (): Promise<BenchResult> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'plinth-bench-'))
  const config = loadConfig({
    argv: ['--profile', 'test', '--data', dataDir],
    env: { PLINTH_EPHEMERAL_URL: 'memory' },
  })
  const { ctx, close } = await openContext(config, { migrations: [acted], folders: [] })
  try {
    await makeTree(ctx)
    const figures = { bare: [] as number[], leaf: [] as number[], sequenced: [] as number[] }
    const onlyAct = (tx: Tx) => act(ctx, tx)
    const actWithLeaf = async (tx: Tx, i: number) => {
      await act(ctx, tx)
      await record(ctx, tx, aLeaf(i))
    }
    for (let round = 0; round <= rounds; round++) {
      const bare = await perSecond(ctx, onlyAct)
      const leaf = await perSecond(ctx, actWithLeaf)
      const sequenced = await sequencedPerSecond(ctx)
      // the first warms up
      if (round === 0) continue
      figures.bare.push(bare)
      figures.leaf.push(leaf)
      figures.sequenced.push(sequenced)
    }
    const [value, limit] = [median(figures.leaf), median(figures.bare)]
    return {
      name: 'audit',
      node: process.version,
      cpu: cpus()[0]?.model ?? '',
      value,
      unit: 'acts/s',
      limit,
      ratio: value / limit,
      peers: [],
      runs: rounds,
      leafMs: 1000 / value - 1000 / limit,
      sequencedPerSecond: median(figures.sequenced),
    }
  } finally {
    await close()
    rmSync(dataDir, { recursive: true })
  }
}

const acted = {
  name: 'bench/0001-act',
  up: (schema: Parameters<Parameters<typeof openContext>[1]['migrations'][number]['up']>[0]) =>
    schema.createTable('bench_act', { id, sealed: text }, { primary: ['id'] }),
}

const act = (ctx: Context, tx: Tx): Promise<void> =>
  insert(tx, 'bench_act', { id: ctx.random(18).toString('hex'), sealed: 'x'.repeat(300) })

const aLeaf = (i: number): NewLeaf => ({
  kind: 'identity.read',
  person: `person-${i % 100}`,
  actor: { type: 'relying-party', id: 'bank' },
  content: { purpose: 'login', claims: ['name', 'birthdate'] },
})

const perSecond = async (
  ctx: Context,
  work: (tx: Tx, i: number) => Promise<void>,
): Promise<number> => {
  const start = performance.now()
  const writer = async (w: number) => {
    for (let i = w; i < acts; i += writers) await transaction(ctx, (tx) => work(tx, i))
  }
  await Promise.all(Array.from({ length: writers }, (_, w) => writer(w)))
  return (acts / (performance.now() - start)) * 1000
}

const sequencedPerSecond = async (ctx: Context): Promise<number> => {
  await transaction(ctx, async (tx) => {
    for (let i = 0; i < together; i++) await record(ctx, tx, aLeaf(i))
  })
  const start = performance.now()
  let count = 0
  for (let batch = await sequenceBatch(ctx); batch > 0; batch = await sequenceBatch(ctx))
    count += batch
  return (count / (performance.now() - start)) * 1000
}
