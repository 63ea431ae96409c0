// The queue against a model of it: any sequence of acts, also by workers that lost their lease.
import fc from 'fast-check'
import type { Context } from '#kernel/context.ts'
import { execute, row, rows, transaction } from '#kernel/db/db.ts'
import { pause, redrive, resume } from '#kernel/jobs/jobs.ts'
import {
  add,
  bury,
  type Claimed,
  claim,
  finish,
  LeaseLost,
  prolong,
  putBack,
} from '#kernel/jobs/store.ts'
import { withContext } from '../../support/context.ts'
import { testOn } from '../../support/servers.ts'

const LEASE_MS = 1000
interface Waiting {
  dueAt: number
  /** Of the lease that holds, if any. */
  lease?: Claimed
  failures: number
}
interface Model {
  now: number
  paused: boolean
  readonly jobs: Map<string, Waiting>
  readonly dead: Map<string, string>
  readonly effects: Map<string, number>
}
interface Real {
  readonly ctx: Context
  /** Every lease ever given, lost ones too. */
  readonly leases: Claimed[]
  readonly effects: Map<string, number>
  now: number
}
type Act = fc.AsyncCommand<Model, Real>
const act = (name: string, run: (model: Model, real: Real) => Promise<void>): Act => ({
  check: () => true,
  run,
  toString: () => name,
})
const same = (actual: unknown, expected: unknown, what: string): void => {
  const [a, b] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (a !== b) throw new Error(`${what}: ${a} is not ${b}`)
}
/** Uses the n-th lease ever given; tells whether the queue took it for valid. */
const withLease = (
  what: string,
  index: number,
  use: (real: Real, tx: Parameters<typeof finish>[0], lease: Claimed) => Promise<void>,
  expected: (model: Model, job: Waiting, key: string) => void,
): Act =>
  act(`${what}(${index})`, async (model, real) => {
    const lease = real.leases[index % Math.max(real.leases.length, 1)]
    if (lease === undefined) return
    const job = model.jobs.get(lease.key)
    const holds = job?.lease === lease
    let valid = true
    try {
      await transaction(real.ctx, (tx) => use(real, tx, lease))
    } catch (error) {
      if (!(error instanceof LeaseLost)) throw error
      valid = false
    }
    same(valid, holds, `${what} of ${lease.key}`)
    if (holds && job) expected(model, job, lease.key)
  })

const acts = {
  enqueue: (key: string, delay: number) =>
    act(`enqueue(${key}, ${delay})`, async (model, real) => {
      const runAt = new Date(real.now + delay)
      const added = await transaction(real.ctx, (tx) =>
        add(real.ctx, tx, { kind: 'k', key, payload: key, runAt }),
      )
      same(added, !model.jobs.has(key), `enqueue ${key}`)
      if (added) model.jobs.set(key, { dueAt: model.now + delay, failures: 0 })
    }),
  claim: (limit: number) =>
    act(`claim(${limit})`, async (model, real) => {
      const due = [...model.jobs].filter(([, job]) => !model.paused && job.dueAt <= model.now)
      const got = await claim(real.ctx, 'k', limit, LEASE_MS)
      same(got.length, Math.min(limit, due.length), 'number claimed')
      for (const lease of got) {
        const job = model.jobs.get(lease.key)
        if (!job || job.dueAt > model.now) throw new Error(`${lease.key} was not due`)
        job.lease = lease
        job.dueAt = model.now + LEASE_MS
        real.leases.push(lease)
      }
    }),
  finish: (index: number) =>
    withLease(
      'finish',
      index,
      async (real, tx, lease) => {
        await finish(tx, lease)
        real.effects.set(lease.id, (real.effects.get(lease.id) ?? 0) + 1)
      },
      (model, _job, key) => model.jobs.delete(key),
    ),
  fail: (index: number) =>
    withLease(
      'fail',
      index,
      (real, tx, lease) => putBack(tx, lease, real.now + 50, 'test'),
      (model, job) => {
        delete job.lease
        job.dueAt = model.now + 50
        job.failures += 1
      },
    ),
  beat: (index: number) =>
    withLease(
      'beat',
      index,
      async (real, tx, lease) => {
        if (!(await prolong(real.ctx, tx, lease, LEASE_MS))) throw new LeaseLost()
      },
      (model, job) => {
        job.dueAt = model.now + LEASE_MS
      },
    ),
  bury: (index: number) =>
    withLease(
      'bury',
      index,
      (real, tx, lease) => bury(real.ctx, tx, lease, 'test'),
      (model, job, key) => {
        model.jobs.delete(key)
        model.dead.set(job.lease?.id ?? '', key)
      },
    ),
  redrive: (index: number) =>
    act(`redrive(${index})`, async (model, real) => {
      const id = [...model.dead.keys()][index % Math.max(model.dead.size, 1)] ?? 'nobody'
      const key = model.dead.get(id)
      const done = await transaction(real.ctx, (tx) => redrive(real.ctx, tx, id))
      same(done, key !== undefined, 'redrive')
      if (key === undefined) return
      model.dead.delete(id)
      if (!model.jobs.has(key)) model.jobs.set(key, { dueAt: model.now, failures: 0 })
    }),
  pause: () =>
    act('pause', async (model, real) => {
      await transaction(real.ctx, (tx) => pause(real.ctx, tx, 'k', 'test'))
      model.paused = true
    }),
  resume: () =>
    act('resume', async (model, real) => {
      await transaction(real.ctx, (tx) => resume(real.ctx, tx, 'k'))
      model.paused = false
    }),
  pass: (ms: number) =>
    act(`pass(${ms})`, async (model, real) => {
      real.now += ms
      model.now += ms
    }),
}
const index = fc.nat(20)
const commands = fc.commands(
  [
    fc
      .tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.constantFrom(0, 0, 300))
      .map((of) => acts.enqueue(...of)),
    fc.integer({ min: 1, max: 3 }).map(acts.claim),
    fc.integer({ min: 1, max: 3 }).map(acts.claim),
    index.map(acts.finish),
    index.map(acts.fail),
    index.map(acts.beat),
    index.map(acts.bury),
    index.map(acts.redrive),
    fc.constantFrom(0, 1, 400, 1001).map(acts.pass),
    fc.constant(acts.pause()),
    fc.constant(acts.resume()),
    fc.constant(acts.resume()),
  ],
  { maxCommands: 40 },
)

for (const [engine, numRuns] of [
  ['sqlite', 60],
  ['mariadb', 20],
] as const) {
  testOn(engine)(`${engine}: the queue does what its model does`, async (t) => {
    const clock = { now: 0 }
    const ctx = await withContext(t, { engine })
    const property = fc.asyncProperty(commands, async (sequence) => {
      clock.now = Date.parse('2026-01-01T00:00:00Z')
      await transaction(ctx, async (tx) => {
        for (const table of ['job', 'job_dead', 'queue_control'])
          await execute(tx, `DELETE FROM ${table}`)
      })
      const real: Real = {
        ctx: { ...ctx, now: () => new Date(real.now) },
        leases: [],
        effects: new Map(),
        now: clock.now,
      }
      const model: Model = {
        now: clock.now,
        paused: false,
        jobs: new Map(),
        dead: new Map(),
        effects: new Map(),
      }
      await fc.asyncModelRun(() => ({ model, real }), sequence)
      const left = await rows<{ job_key: string; failures: number }>(
        ctx.db,
        'SELECT job_key, failures FROM job ORDER BY job_key',
      )
      const expected = [...model.jobs].toSorted(([a], [b]) => (a < b ? -1 : 1))
      same(
        left,
        expected.map(([job_key, { failures }]) => ({ job_key, failures })),
        'jobs left',
      )
      const dead = await row<{ n: number }>(ctx.db, 'SELECT COUNT(*) AS n FROM job_dead')
      same(dead?.n, model.dead.size, 'dead jobs')
      for (const times of real.effects.values()) same(times, 1, 'effects of a job')
    })
    await fc.assert(property, { numRuns })
    t.pass()
  })
}
