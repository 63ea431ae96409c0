/**
 * Jobs in the database (design §4.4): claimed by a compare-and-set lease with a fence, effect and next job in one
 * transaction. Slow work happens in `handle`; what it returns is the effect, run inside the transaction that finishes
 * the job, and only if the lease still holds.
 */
import assert from 'node:assert/strict'
import type { Context } from '../context.ts'
import { onCommit, type Tx } from '../db/db.ts'
import { asEngine, asEngineTx } from '../db/engine.ts'
import { errorCode } from '../error-code.ts'
import { startLoop } from './loop.ts'
import { add, pauseKind, releaseOrphans, resumeKind, revive } from './store.ts'

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
  /** Of runs that threw. Runs that ended with their process count apart, up to a bound of their own. */
  readonly maxAttempts: number
  handle(ctx: Context, job: Job): Promise<Effect>
  /** Runs in the transaction that moves a job to the dead letters after `maxAttempts`. */
  readonly onDead?: (ctx: Context, tx: Tx, job: Job) => Promise<void>
}
export interface RunningWorkers {
  /** Looks for work now rather than at the next poll. A commit that enqueued in this process does it by itself. */
  wake(kind: string): void
  /** Stops claiming, waits for what runs (20 s at most), gives leases back. */
  stop(): Promise<void>
}

export const enqueue = async (ctx: Context, tx: Tx, job: NewJob): Promise<void> => {
  await add(ctx, tx, job)
  wakeOnCommit(tx, job.kind)
}

export const startWorkers = (ctx: Context, workers: readonly Worker[]): RunningWorkers => {
  const { signals } = asEngine(ctx.db)
  const loops = new Map<string, ReturnType<typeof startLoop>>()
  const heard: [event: string, wake: () => void][] = []
  for (const worker of workers) {
    assert(!loops.has(worker.kind), `two workers for ${worker.kind}`)
    const loop = startLoop(ctx, worker)
    loops.set(worker.kind, loop)
    heard.push([eventOf(worker.kind), loop.wake])
    signals.on(eventOf(worker.kind), loop.wake)
  }
  const wakeAll = (): void => {
    for (const loop of loops.values()) loop.wake()
  }
  const ready = releaseOrphans(ctx, [...loops.keys()]).then(wakeAll, (error: unknown) =>
    ctx.log.error({ code: errorCode(error) }, 'leases of the last process could not be released'),
  )
  return {
    wake: (kind) => loops.get(kind)?.wake(),
    async stop() {
      for (const [event, wake] of heard) signals.off(event, wake)
      await ready
      await Promise.all([...loops.values()].map((loop) => loop.stop()))
    },
  }
}

/** No job of `kind` is claimed until it is resumed; what runs goes on. */
export const pause = (ctx: Context, tx: Tx, kind: string, reason: string): Promise<void> =>
  pauseKind(ctx, tx, kind, reason)

export const resume = async (_ctx: Context, tx: Tx, kind: string): Promise<void> => {
  await resumeKind(tx, kind)
  wakeOnCommit(tx, kind)
}

/** Puts a dead job back in the queue with its attempts cleared. False when there is none. */
export const redrive = async (ctx: Context, tx: Tx, jobId: string): Promise<boolean> => {
  const kind = await revive(ctx, tx, jobId)
  if (kind !== undefined) wakeOnCommit(tx, kind)
  return kind !== undefined
}

const eventOf = (kind: string): string => `job:${kind}`
const wakeOnCommit = (tx: Tx, kind: string): void =>
  onCommit(tx, () => asEngineTx(tx).signals.emit(eventOf(kind)))
