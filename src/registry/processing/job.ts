/** One job is one move of one packet. */
import type { Context } from '#kernel/context.ts'
import type { Tx } from '#kernel/db/db.ts'
import { enqueue, type Job } from '#kernel/jobs/jobs.ts'
import type { Rid } from '../identifiers/identifiers.ts'
import type { PacketRow } from '../packet/store.ts'

export const PACKET_JOB = 'packet.move'
export interface Move {
  readonly rid: Rid
  readonly stage: string
  /** The packet's count of moves when the job was made: the job can do nothing after another move. */
  readonly moves: number
}

export const enqueueMove = (
  ctx: Context,
  tx: Tx,
  { rid, stage, moves }: Pick<PacketRow, 'rid' | 'stage' | 'moves'>,
  options: { readonly runAt?: Date; readonly key?: string } = {},
): Promise<void> =>
  enqueue(ctx, tx, {
    kind: PACKET_JOB,
    key: options.key ?? `${rid}:${moves}`,
    payload: JSON.stringify({ rid, stage, moves } satisfies Move),
    ...(options.runAt !== undefined && { runAt: options.runAt }),
  })

export const moveOf = (job: Job): Move => JSON.parse(job.payload) as Move
