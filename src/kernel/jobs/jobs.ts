/**
 * Jobs in the database (design §4.4): claimed by a compare-and-set lease with a fence, effect and next job in one
 * transaction. Slow work happens in `handle`; what it returns is the effect, run inside the transaction that finishes
 * the job, and only if the lease still holds.
 */
import type { Context } from '../context.ts'
import type { Tx } from '../db/db.ts'

export interface NewJob {
  readonly kind: string
  /** A second enqueue with the same kind and key while the first is not finished is a no-op. */
  readonly key: string
  readonly payload: string
  readonly runAt?: Date
  /** Lower runs first; 100 by default. */
  readonly priority?: number
}
export interface Job {
  readonly id: string
  readonly kind: string
  readonly key: string
  readonly payload: string
  /** 1 for the first run. */
  readonly attempt: number
}
export type Effect = (tx: Tx) => Promise<void>
export interface Worker {
  readonly kind: string
  readonly concurrency: number
  readonly leaseMs: number
  readonly maxAttempts: number
  handle(ctx: Context, job: Job): Promise<Effect>
  /** Runs in the transaction that moves a job to the dead letters after `maxAttempts`. */
  readonly onDead?: (ctx: Context, tx: Tx, job: Job) => Promise<void>
}
export interface RunningWorkers {
  /** Looks for work now rather than at the next poll; called after a commit that enqueued. */
  wake(kind: string): void
  /** Stops claiming, waits for what runs, gives leases back. */
  stop(): Promise<void>
}

export declare function enqueue(ctx: Context, tx: Tx, job: NewJob): Promise<void>
export declare function startWorkers(ctx: Context, workers: readonly Worker[]): RunningWorkers
export declare function pause(ctx: Context, tx: Tx, kind: string, reason: string): Promise<void>
export declare function resume(ctx: Context, tx: Tx, kind: string): Promise<void>
/** Puts a dead job back in the queue with its attempts cleared. False when there is none. */
export declare function redrive(ctx: Context, tx: Tx, jobId: string): Promise<boolean>
