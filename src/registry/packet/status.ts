/** What the holder of an RID may know: where the packet stands. No name, no number but the end of the UIN. */
import type { Context } from '#kernel/context.ts'
import { masked, type Rid } from '../identifiers/identifiers.ts'
import { isRid, normaliseRid } from '../identifiers/rid.ts'
import { openUin } from '../identity/record.ts'
import { identityOf } from '../identity/store.ts'
import { type PacketState, packetByRid, stepsOf } from './store.ts'

export interface PacketView {
  readonly rid: Rid
  readonly stage: string
  readonly state: PacketState
  /** Problem code, for `rejected` and `parked`. */
  readonly reason?: string
  /** Ids of the identity fields at fault. */
  readonly reasonFields?: readonly string[]
  readonly receivedAt: Date
  readonly steps: readonly { readonly stage: string; readonly outcome: string; readonly at: Date }[]
  /** Masked; only when done. */
  readonly uinMasked?: string
}

/** @param text as typed: lower case, spaces and hyphens are fine. */
export async function packetStatus(ctx: Context, text: string): Promise<PacketView | undefined> {
  const rid = text.length > 64 ? '' : normaliseRid(text)
  if (!isRid(rid)) return undefined
  const packet = await packetByRid(ctx.db, rid)
  if (packet === undefined) return undefined
  const steps = await stepsOf(ctx.db, rid)
  const identity = packet.state === 'done' ? await identityOf(ctx.db, packet.person) : undefined
  return {
    rid,
    stage: packet.stage,
    state: packet.state,
    ...(packet.reason !== null && { reason: packet.reason }),
    ...(packet.reason_fields && { reasonFields: packet.reason_fields.split(',') }),
    receivedAt: new Date(packet.received_at),
    steps: steps.map(({ stage, outcome, at }) => ({ stage, outcome, at: new Date(at) })),
    ...(identity && { uinMasked: masked(await openUin(ctx, identity)) }),
  }
}
