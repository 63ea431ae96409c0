import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../context.ts'
import { transaction } from '../db/db.ts'
import { errorCode } from '../error-code.ts'
import type { Effect, Worker } from './jobs.ts'
import {
  BACKOFF_MAX_MS,
  BACKOFF_MS,
  BEATS_PER_LEASE,
  RUN_MAX_MS,
  SILENT_ENDS_MAX,
} from './parameters.ts'
import { bury, type Claimed, finish, LeaseLost, prolong, putBack } from './store.ts'

/** One run of a claimed job, to its effect, its next try or its death. Never rejects. */
export const runJob = async (ctx: Context, worker: Worker, job: Claimed): Promise<void> => {
  try {
    if (job.attempt - job.failures - 1 > SILENT_ENDS_MAX)
      return await die(ctx, worker, job, 'job.worker-died')
    await perform(ctx, worker, job)
  } catch (error) {
    await afterFailure(ctx, worker, job, error)
  }
}

const perform = async (ctx: Context, worker: Worker, job: Claimed): Promise<void> => {
  const beat = startHeartbeat(ctx, worker, job)
  let effect: Effect
  try {
    effect = await inTime(worker.handle(ctx, job))
  } finally {
    beat.stop()
  }
  await transaction(ctx, async (tx) => {
    await finish(tx, job)
    await effect(tx)
  })
}

const afterFailure = async (
  ctx: Context,
  worker: Worker,
  job: Claimed,
  error: unknown,
): Promise<void> => {
  const fields = { kind: job.kind, job: job.id, attempt: job.attempt, code: errorCode(error) }
  if (error instanceof LeaseLost) return ctx.log.warn(fields, 'job lost its lease')
  try {
    if (job.failures + 1 >= worker.maxAttempts) return await die(ctx, worker, job, fields.code)
    const dueAt = ctx.now().getTime() + backoff(ctx, job.failures)
    await transaction(ctx, (tx) => putBack(tx, job, dueAt, fields.code))
    ctx.log.warn(fields, 'job failed and will run again')
  } catch (second) {
    // The lease runs out by itself; then somebody tries again.
    ctx.log.error({ ...fields, cause: errorCode(second) }, 'job failed, and so did noting it')
  }
}

const die = async (ctx: Context, worker: Worker, job: Claimed, code: string): Promise<void> => {
  await transaction(ctx, async (tx) => {
    await bury(ctx, tx, job, code)
    await worker.onDead?.(ctx, tx, job)
  })
  ctx.log.error({ kind: job.kind, job: job.id, attempt: job.attempt, code }, 'job is dead')
}

/** Exponential, jittered: jobs that failed together must not come back together. */
const backoff = (ctx: Context, failures: number): number => {
  const most = Math.min(BACKOFF_MS * 2 ** failures, BACKOFF_MAX_MS)
  return Math.round(most * (0.5 + ctx.random(2).readUInt16BE() / 0x1ffff))
}

const startHeartbeat = (ctx: Context, worker: Worker, job: Claimed): { stop(): void } => {
  let beating = false
  const beat = async (): Promise<void> => {
    if (beating) return
    beating = true
    try {
      await transaction(ctx, (tx) => prolong(ctx, tx, job, worker.leaseMs))
    } catch (error) {
      ctx.log.warn({ kind: job.kind, job: job.id, code: errorCode(error) }, 'heartbeat failed')
    }
    beating = false
  }
  const timer = setInterval(() => void beat(), worker.leaseMs / BEATS_PER_LEASE)
  return { stop: () => clearInterval(timer) }
}

class RunTooLong extends Error {
  override name = 'RunTooLong'
}
const inTime = async (run: Promise<Effect>): Promise<Effect> => {
  const aborter = new AbortController()
  const late = sleep(RUN_MAX_MS, undefined, { signal: aborter.signal, ref: false }).then(() => {
    throw new RunTooLong()
  })
  try {
    return await Promise.race([run, late])
  } finally {
    aborter.abort()
    late.catch(() => {})
  }
}
