/** A stage that failed too often parks its packet: nothing is lost, a person looks, and sends it on. */
import type { Actor } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import { type Tx, transaction } from '#kernel/db/db.ts'
import { type Job, redrive } from '#kernel/jobs/jobs.ts'
import { isRid, normaliseRid } from '../identifiers/rid.ts'
import { packetParked, packetRedriven } from '../packet/events.ts'
import { problem } from '../packet/problems.ts'
import { packetByRid, park, unpark } from '../packet/store.ts'
import { moveOf } from './job.ts'

/** The reason that the tracking page shows; the error itself is in the dead letter and in the log. */
const REASON = 'processing.failed'

export async function parkDead(ctx: Context, tx: Tx, job: Job): Promise<void> {
  const { rid, moves, stage } = moveOf(job)
  const packet = await packetByRid(tx, rid)
  if (packet === undefined) return
  const at = ctx.now().getTime()
  if (!(await park(tx, { rid, moves }, { reason: REASON, deadJob: job.id, at }))) return
  await packetParked(ctx, tx, packet, stage)
  ctx.log.warn({ rid, stage, job: job.id }, 'packet parked')
}

/** Problems: `packet.unknown`, `packet.not-parked`. */
export async function redrivePacket(ctx: Context, text: string, actor: Actor): Promise<void> {
  const rid = normaliseRid(text)
  await transaction(ctx, async (tx) => {
    const packet = isRid(rid) ? await packetByRid(tx, rid) : undefined
    if (packet === undefined) throw problem('packet.unknown')
    const { dead_job: job } = packet
    if (job === null || !(await unpark(tx, packet, ctx.now().getTime())))
      throw problem('packet.not-parked')
    if (!(await redrive(ctx, tx, job))) throw problem('packet.not-parked')
    await packetRedriven(ctx, tx, packet, actor)
  })
}
