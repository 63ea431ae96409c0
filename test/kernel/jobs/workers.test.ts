import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import type { Context } from '#kernel/context.ts'
import { execute, insert, row, rows, transaction, upsert } from '#kernel/db/db.ts'
import { id, integer, type Migration } from '#kernel/db/schema.ts'
import {
  enqueue,
  type Job,
  pause,
  redrive,
  resume,
  startWorkers,
  type Worker,
} from '#kernel/jobs/jobs.ts'
import { defineProblems } from '#kernel/problems.ts'
import { withContext } from '../../support/context.ts'
import { testOn } from '../../support/servers.ts'
import { prompt, until } from '../../support/until.ts'

const problem = defineProblems({ 'test.refused': [400, 'Refused'] })
const migrations: readonly Migration[] = [
  {
    name: 'test/0001-effect',
    up: (schema) => schema.createTable('effect', { id, n: integer }, { primary: ['id'] }),
  },
]
const open = async (t: ExecutionContext, engine: 'sqlite' | 'mariadb'): Promise<Context> =>
  withContext(t, { engine, migrations })

const add = (
  ctx: Context,
  key: string,
  more: { kind?: string; priority?: number; runAt?: Date } = {},
) => transaction(ctx, (tx) => enqueue(ctx, tx, { kind: 'k', key, payload: `of ${key}`, ...more }))
const worker = (handle: Worker['handle'], more: Partial<Worker> = {}): Worker => ({
  kind: 'k',
  concurrency: 4,
  leaseMs: 5_000,
  maxAttempts: 3,
  handle,
  ...more,
})
const run = (t: ExecutionContext, ctx: Context, ...workers: Worker[]) => {
  const running = startWorkers(ctx, workers)
  t.teardown(() => running.stop())
  return running
}
const count = async (ctx: Context, table: string): Promise<number> =>
  (await row<{ n: number }>(ctx.db, `SELECT COUNT(*) AS n FROM ${table}`))?.n ?? -1
const marks = (key: string) => async (tx: Parameters<typeof insert>[0]) =>
  insert(tx, 'effect', { id: key, n: 1 })

for (const engine of ['sqlite', 'mariadb'] as const) {
  const test = testOn(engine)

  test(`${engine}: a job runs within 100 ms of the commit, its effect and its end commit together`, async (t) => {
    const ctx = await open(t, engine)
    const seen: Job[] = []
    run(
      t,
      ctx,
      worker(async (_, job) => {
        seen.push(job)
        return marks(job.key)
      }),
    )
    await sleep(300)
    const arrive = async (n: number) => {
      await add(ctx, `a${n}`)
      await until(() => seen.length > n)
    }
    t.true(await prompt(100, () => count(ctx, 'job'), arrive))
    await until(async () => (await count(ctx, 'job')) === 0)
    t.is(await count(ctx, 'effect'), 5)
    t.like(seen[0], { kind: 'k', key: 'a0', payload: 'of a0', attempt: 1 })
  })

  test(`${engine}: nothing is enqueued by a transaction that rolls back`, async (t) => {
    const ctx = await open(t, engine)
    await t.throwsAsync(
      transaction(ctx, async (tx) => {
        await enqueue(ctx, tx, { kind: 'k', key: 'a', payload: '' })
        throw new Error('no')
      }),
    )
    t.is(await count(ctx, 'job'), 0)
  })

  test(`${engine}: the same key is queued once until it is finished; the effect may queue it again`, async (t) => {
    const ctx = await open(t, engine)
    await Promise.all(Array.from({ length: 8 }, () => add(ctx, 'a')))
    await until(async () => (await count(ctx, 'job')) === 1)
    let runs = 0
    run(
      t,
      ctx,
      worker(async () => {
        runs += 1
        return async (tx) => {
          if (runs < 3) await enqueue(ctx, tx, { kind: 'k', key: 'a', payload: '' })
        }
      }),
    )
    await until(() => runs === 3)
    await until(async () => (await count(ctx, 'job')) === 0)
    t.is(runs, 3)
  })

  test(`${engine}: a failure runs again later, then dies with a code and no message`, async (t) => {
    const ctx = await open(t, engine)
    const attempts: number[] = []
    const failing = worker(
      async (_, job) => {
        attempts.push(job.attempt)
        throw problem('test.refused', { cause: new Error('Aisha Khan, 1990-01-01') })
      },
      {
        maxAttempts: 2,
        onDead: async (_ctx, tx, job) => upsert(tx, 'effect', { id: job.key }, { n: job.attempt }),
      },
    )
    const running = run(t, ctx, failing)
    await add(ctx, 'a')
    await until(async () => (await count(ctx, 'job_dead')) === 1)
    t.deepEqual(attempts, [1, 2])
    t.is(await count(ctx, 'job'), 0)
    t.deepEqual(await row(ctx.db, 'SELECT id, n FROM effect'), { id: 'a', n: 2 })
    const dead = await row<Record<string, unknown>>(ctx.db, 'SELECT * FROM job_dead')
    t.like(dead, {
      kind: 'k',
      job_key: 'a',
      error_code: 'test.refused',
      attempt: 2,
      payload: 'of a',
    })
    t.notRegex(JSON.stringify(dead), /Aisha/)
    await running.stop()

    t.false(await transaction(ctx, (tx) => redrive(ctx, tx, 'nobody')))
    t.true(await transaction(ctx, (tx) => redrive(ctx, tx, String(dead?.id))))
    t.false(await transaction(ctx, (tx) => redrive(ctx, tx, String(dead?.id))))
    t.is(await count(ctx, 'job_dead'), 0)
    run(
      t,
      ctx,
      worker(async (_, job) => async (tx) => {
        await execute(tx, 'UPDATE effect SET n = ? WHERE id = ?', [job.attempt, job.key])
      }),
    )
    await until(async () => (await count(ctx, 'job')) === 0)
    t.deepEqual(await row(ctx.db, 'SELECT id, n FROM effect'), { id: 'a', n: 1 })
  })

  test(`${engine}: an effect that throws leaves nothing, and the job runs again`, async (t) => {
    const ctx = await open(t, engine)
    run(
      t,
      ctx,
      worker(async (_, job) => async (tx) => {
        await insert(tx, 'effect', { id: `${job.key}-${job.attempt}`, n: job.attempt })
        if (job.attempt === 1) throw new TypeError('in the effect')
      }),
    )
    await add(ctx, 'a')
    await until(async () => (await count(ctx, 'job')) === 0)
    t.deepEqual(await rows(ctx.db, 'SELECT id FROM effect'), [{ id: 'a-2' }])
  })

  test(`${engine}: paused kinds wait, others run; resumed ones run again`, async (t) => {
    const ctx = await open(t, engine)
    const ran: string[] = []
    const note = worker(async (_, job) => {
      ran.push(job.key)
      return async () => {}
    })
    await transaction(ctx, (tx) => pause(ctx, tx, 'k', 'the ABIS is down'))
    run(t, ctx, note, { ...note, kind: 'other' })
    await add(ctx, 'held')
    await add(ctx, 'free', { kind: 'other' })
    await until(() => ran.includes('free'))
    await sleep(400)
    t.deepEqual(ran, ['free'])
    await transaction(ctx, (tx) => resume(ctx, tx, 'k'))
    await until(() => ran.includes('held'))
  })

  test(`${engine}: priority first, then time; never more at once than allowed`, async (t) => {
    const ctx = await open(t, engine)
    await add(ctx, 'later', { runAt: new Date(Date.now() + 60_000), priority: 1 })
    for (const [key, priority] of [
      ['c', 100],
      ['d', 200],
      ['a', 1],
      ['b', 50],
    ] as const) {
      await add(ctx, key, { priority })
      await sleep(2)
    }
    const ran: string[] = []
    let now = 0
    let most = 0
    run(
      t,
      ctx,
      worker(
        async (_, job) => {
          ran.push(job.key)
          now += 1
          most = Math.max(most, now)
          await sleep(10)
          now -= 1
          return async () => {}
        },
        { concurrency: 1 },
      ),
    )
    await until(() => ran.length === 4)
    t.deepEqual(ran, ['a', 'b', 'c', 'd'])
    t.is(most, 1)
    await until(async () => (await count(ctx, 'job')) === 1)
  })

  test(`${engine}: a run longer than its lease keeps it by heartbeat`, async (t) => {
    const ctx = await open(t, engine)
    let runs = 0
    const slow = worker(
      async (_, job) => {
        runs += 1
        await sleep(3500)
        return marks(job.key)
      },
      { leaseMs: 1500 },
    )
    run(t, ctx, slow)
    run(t, ctx, slow)
    await add(ctx, 'a')
    await until(async () => (await count(ctx, 'effect')) === 1)
    t.is(runs, 1)
  })

  test(`${engine}: who lost the lease has no effect`, async (t) => {
    const ctx = await open(t, engine)
    let runs = 0
    run(
      t,
      ctx,
      worker(async (_, job) => {
        runs += 1
        const mine = runs
        // As if this process had stood still beyond its lease and another had taken the job.
        if (mine === 1)
          await transaction(ctx, (tx) =>
            execute(tx, 'UPDATE job SET fence = fence + 1, due_at = 0, owner = NULL WHERE id = ?', [
              job.id,
            ]),
          )
        return async (tx) => insert(tx, 'effect', { id: `${job.key}-${mine}`, n: mine })
      }),
    )
    await add(ctx, 'a')
    await until(async () => (await count(ctx, 'job')) === 0)
    t.deepEqual(await rows(ctx.db, 'SELECT n FROM effect'), [{ n: 2 }])
  })

  test(`${engine}: stopping waits for what runs and claims nothing more`, async (t) => {
    const ctx = await open(t, engine)
    const gate = Promise.withResolvers<void>()
    const running = startWorkers(ctx, [
      worker(
        async (_, job) => {
          await gate.promise
          return marks(job.key)
        },
        { concurrency: 2, leaseMs: 60_000 },
      ),
    ])
    for (const key of ['a', 'b', 'c', 'd', 'e']) await add(ctx, key)
    const held = async () =>
      (await rows(ctx.db, 'SELECT id FROM job WHERE owner IS NOT NULL')).length
    await until(async () => (await held()) === 2)
    const stopped = running.stop()
    gate.resolve()
    await stopped
    t.is(await count(ctx, 'effect'), 2)
    t.is(await count(ctx, 'job'), 3)
    t.is(await held(), 0)
  })

  test(`${engine}: 300 jobs among four sets of workers have their effect once each`, async (t) => {
    const ctx = await open(t, engine)
    await transaction(ctx, async (tx) => {
      for (let n = 0; n < 300; n += 1)
        await enqueue(ctx, tx, { kind: 'k', key: `${n}`, payload: '' })
    })
    for (let set = 0; set < 4; set += 1)
      run(
        t,
        ctx,
        worker(async (_, job) => async (tx) => insert(tx, 'effect', { id: job.key, n: 1 })),
      )
    await until(async () => (await count(ctx, 'job')) === 0, 30_000)
    t.is(await count(ctx, 'effect'), 300)
    t.is(await count(ctx, 'job_dead'), 0)
  })
}
