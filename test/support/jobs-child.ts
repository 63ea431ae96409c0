/**
 * A process with workers and a consumer, to be killed: each job inserts an effect and publishes a message, each message
 * inserts what was heard. Says `working` when it begins and `done` when nothing is left.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { loadConfig } from '../../src/kernel/config/load.ts'
import { insert, row } from '../../src/kernel/db/db.ts'
import { ascii, id, type Migration } from '../../src/kernel/db/schema.ts'
import { startWorkers } from '../../src/kernel/jobs/jobs.ts'
import { publish, startDelivery } from '../../src/kernel/outbox/outbox.ts'
import { openContext } from '../../src/kernel/start.ts'

export const effectMigrations: readonly Migration[] = [
  {
    name: 'test/0001-effect',
    up: async (schema) => {
      await schema.createTable('effect', { id, k: ascii(20) }, { primary: ['id'] })
      await schema.createTable('heard', { id, k: ascii(20) }, { primary: ['id'] })
    },
  },
]

const work = async (dataDir: string, url: string): Promise<void> => {
  const config = loadConfig({
    argv: ['--profile', 'test', '--data', dataDir],
    env: { PLINTH_DATABASE_URL: url, PLINTH_EPHEMERAL_URL: 'memory' },
  })
  const { ctx, close } = await openContext(config, { migrations: effectMigrations, folders: [] })
  const delivery = startDelivery(ctx, [
    {
      name: 'hearer',
      topic: 'news',
      consume: (_, tx, { key }) => insert(tx, 'heard', { id: crypto.randomUUID(), k: key }),
    },
  ])
  const workers = startWorkers(ctx, [
    {
      kind: 'k',
      concurrency: 4,
      leaseMs: 1_000,
      maxAttempts: 5,
      async handle(_, { key }) {
        await sleep(Math.random() * 20)
        return async (tx) => {
          await insert(tx, 'effect', { id: crypto.randomUUID(), k: key })
          await publish(ctx, tx, 'news', `k${Number(key) % 9}-${key}`, { key })
        }
      },
    },
  ])
  process.send?.('working')
  const left = async () =>
    (await row<{ n: number }>(ctx.db, 'SELECT COUNT(*) AS n FROM job'))?.n ?? 1
  const heard = async () =>
    (await row<{ n: number }>(ctx.db, 'SELECT COUNT(*) AS n FROM heard'))?.n ?? 0
  const effects = async () =>
    (await row<{ n: number }>(ctx.db, 'SELECT COUNT(*) AS n FROM effect'))?.n ?? 0
  while ((await left()) > 0 || (await heard()) < (await effects())) await sleep(20)
  await workers.stop()
  await delivery.stop()
  await close()
  process.send?.('done')
}

const [, script = '', dataDir, url] = process.argv
if (script.endsWith('jobs-child.ts') && dataDir && url) await work(dataDir, url)
