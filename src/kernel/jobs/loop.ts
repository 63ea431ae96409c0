import type { Context } from '../context.ts'
import { transaction } from '../db/db.ts'
import { errorCode } from '../error-code.ts'
import { type Found, type Poller, startPoller } from '../poller.ts'
import type { Worker } from './jobs.ts'
import { CLAIM_MAX, STOP_MAX_MS } from './parameters.ts'
import { runJob } from './run.ts'
import { type Claimed, claim, release } from './store.ts'

/** Claims and runs the jobs of one kind, as many at once as the worker allows. */
export const startLoop = (ctx: Context, worker: Worker): Poller => {
  const running = new Map<Claimed, Promise<void>>()

  const look = async (): Promise<Found> => {
    const free = Math.min(worker.concurrency - running.size, CLAIM_MAX)
    if (free <= 0) return 'some'
    const jobs = await claim(ctx, worker.kind, free, worker.leaseMs)
    for (const job of jobs) running.set(job, run(job))
    if (jobs.length === 0) return 'nothing'
    return jobs.length === free ? 'more' : 'some'
  }
  const run = async (job: Claimed): Promise<void> => {
    await runJob(ctx, worker, job)
    running.delete(job)
    poller.wake()
  }
  const poller = startPoller(ctx, `jobs ${worker.kind}`, look)
  return {
    wake: poller.wake,
    async stop() {
      await poller.stop()
      await settledWithin(running.values(), STOP_MAX_MS)
      const left = [...running.keys()]
      if (left.length === 0) return
      try {
        await transaction(ctx, async (tx) => {
          for (const job of left) await release(ctx, tx, job)
        })
      } catch (error) {
        // They end by themselves a little later.
        ctx.log.warn({ kind: worker.kind, code: errorCode(error) }, 'leases could not be released')
      }
    },
  }
}

const settledWithin = async (work: Iterable<Promise<void>>, ms: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([Promise.allSettled([...work]), late])
  clearTimeout(timer)
}
