/** SQL of the queue. Correct by compare-and-set alone, so on TiDB, Galera and Vitess too: no row-lock hint. */
import { randomUUID } from 'node:crypto'
import type { Context } from '../context.ts'
import {
  execute,
  insert,
  insertIfAbsent,
  row,
  rows,
  type Tx,
  transaction,
  upsert,
} from '../db/db.ts'
import { asEngine } from '../db/engine.ts'
import type { Job, NewJob } from './jobs.ts'
import { CANDIDATES_PER_JOB, PRIORITY_DEFAULT } from './parameters.ts'

/** A job under a lease: `owner` and `fence` prove it. */
export interface Claimed extends Job {
  readonly owner: string
  readonly fence: number
  readonly failures: number
}

/** The lease ran out and somebody else has the job, or has finished it: the effect must not be. */
export class LeaseLost extends Error {
  override name = 'LeaseLost'
}

export const add = (ctx: Context, tx: Tx, job: NewJob): Promise<boolean> => {
  const now = ctx.now().getTime()
  return insertIfAbsent(tx, 'job', {
    id: randomUUID(),
    kind: job.kind,
    job_key: job.key,
    payload: job.payload,
    priority: job.priority ?? PRIORITY_DEFAULT,
    due_at: job.runAt?.getTime() ?? now,
    attempt: 0,
    failures: 0,
    fence: 0,
    created_at: now,
  })
}

/** Up to `limit` due jobs, each leased until `leaseMs` from now, in the order of priority and time. */
export const claim = async (
  ctx: Context,
  kind: string,
  limit: number,
  leaseMs: number,
): Promise<Claimed[]> => {
  const now = ctx.now().getTime()
  const ids = await candidates(ctx, kind, limit, now)
  if (ids.length === 0) return []
  const owner = `${asEngine(ctx.db).instance}:${randomUUID()}`
  const marks = ids.map(() => '?').join(', ')
  return transaction(ctx, async (tx) => {
    const taken = await execute(
      tx,
      `UPDATE job SET owner = ?, fence = fence + 1, attempt = attempt + 1, due_at = ?
       WHERE id IN (${marks}) AND due_at <= ?`,
      [owner, now + leaseMs, ...ids, now],
    )
    if (taken === 0) return []
    return rows<Claimed>(
      tx,
      `SELECT id, kind, job_key AS \`key\`, payload, attempt, failures, owner, fence FROM job
       WHERE id IN (${marks}) AND owner = ? ORDER BY priority, created_at, id`,
      [...ids, owner],
    )
  })
}

const candidates = async (
  ctx: Context,
  kind: string,
  limit: number,
  now: number,
): Promise<string[]> => {
  const shared = ctx.db.engine !== 'sqlite'
  const found = await rows<{ id: string; priority: number }>(
    ctx.db,
    `SELECT id, priority FROM job WHERE kind = ? AND due_at <= ?
       AND NOT EXISTS (SELECT 1 FROM queue_control WHERE queue_control.kind = job.kind)
     ORDER BY priority, due_at, id LIMIT ?`,
    [kind, now, shared ? limit * CANDIDATES_PER_JOB : limit],
  )
  const ids = found.map(({ id }) => id)
  if (!shared || found.length <= limit || found[0]?.priority !== found.at(-1)?.priority)
    return ids.slice(0, limit)
  // Processes that look at the same moment see the same rows: each starts at another place.
  const start = ctx.random(2).readUInt16BE() % ids.length
  return [...ids.slice(start), ...ids.slice(0, start)].slice(0, limit)
}

const HELD = 'id = ? AND owner = ? AND fence = ?'
const proof = (job: Claimed) => [job.id, job.owner, job.fence]

/** False when the lease is lost. */
export const prolong = async (
  ctx: Context,
  tx: Tx,
  job: Claimed,
  leaseMs: number,
): Promise<boolean> => {
  const until = ctx.now().getTime() + leaseMs
  const sql = `UPDATE job SET due_at = ? WHERE ${HELD}`
  return (await execute(tx, sql, [until, ...proof(job)])) === 1
}

/** Throws LeaseLost. Comes first in the transaction of the effect, which may then enqueue the same key again. */
export const finish = async (tx: Tx, job: Claimed): Promise<void> => {
  if ((await execute(tx, `DELETE FROM job WHERE ${HELD}`, proof(job))) !== 1) throw new LeaseLost()
}

/** Ends a failed run: due again at `dueAt`. Throws LeaseLost. */
export const putBack = async (tx: Tx, job: Claimed, dueAt: number, code: string): Promise<void> => {
  const matched = await execute(
    tx,
    `UPDATE job SET owner = NULL, failures = failures + 1, due_at = ?, error_code = ? WHERE ${HELD}`,
    [dueAt, code, ...proof(job)],
  )
  if (matched !== 1) throw new LeaseLost()
}

/** Ends a run that never was: the workers stop. */
export const release = async (ctx: Context, tx: Tx, job: Claimed): Promise<void> => {
  await execute(
    tx,
    `UPDATE job SET owner = NULL, attempt = attempt - 1, due_at = ? WHERE ${HELD}`,
    [ctx.now().getTime(), ...proof(job)],
  )
}

/** Throws LeaseLost. */
export const bury = async (ctx: Context, tx: Tx, job: Claimed, code: string): Promise<void> => {
  const found = await row<{ priority: number; created_at: number }>(
    tx,
    'SELECT priority, created_at FROM job WHERE id = ?',
    [job.id],
  )
  await finish(tx, job)
  await insert(tx, 'job_dead', {
    id: job.id,
    kind: job.kind,
    job_key: job.key,
    payload: job.payload,
    priority: found?.priority ?? PRIORITY_DEFAULT,
    attempt: job.attempt,
    error_code: code,
    created_at: found?.created_at ?? 0,
    died_at: ctx.now().getTime(),
  })
}

/** False when there is no such dead job. When its key was enqueued anew meanwhile, that job stands for both. */
export const revive = async (ctx: Context, tx: Tx, jobId: string): Promise<string | undefined> => {
  const dead = await row<{ kind: string; job_key: string; payload: string; priority: number }>(
    tx,
    'SELECT kind, job_key, payload, priority FROM job_dead WHERE id = ?',
    [jobId],
  )
  if (!dead || (await execute(tx, 'DELETE FROM job_dead WHERE id = ?', [jobId])) !== 1)
    return undefined
  const { kind, job_key: key, payload, priority } = dead
  await add(ctx, tx, { kind, key, payload, priority })
  return kind
}

/**
 * Leases that no living process holds. One process owns a SQLite file, so there every lease of another opening is
 * void and need not be waited for.
 */
export const releaseOrphans = async (ctx: Context, kinds: readonly string[]): Promise<void> => {
  if (ctx.db.engine !== 'sqlite' || kinds.length === 0) return
  await transaction(ctx, (tx) =>
    execute(
      tx,
      `UPDATE job SET owner = NULL, due_at = ?
       WHERE kind IN (${kinds.map(() => '?')}) AND owner IS NOT NULL AND owner NOT LIKE ?`,
      [ctx.now().getTime(), ...kinds, `${asEngine(ctx.db).instance}:%`],
    ),
  )
}

export const pauseKind = (ctx: Context, tx: Tx, kind: string, reason: string): Promise<void> =>
  upsert(tx, 'queue_control', { kind }, { reason, paused_at: ctx.now().getTime() })

export const resumeKind = async (tx: Tx, kind: string): Promise<void> => {
  await execute(tx, 'DELETE FROM queue_control WHERE kind = ?', [kind])
}
