/** Leaves about a packet, on the person whom it enrols. */
import { type Actor, record } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import type { Tx } from '#kernel/db/db.ts'
import type { PacketRow } from './store.ts'

const registry: Actor = { type: 'system', id: 'registry' }
type Named = Pick<PacketRow, 'rid' | 'person'>

/** The operator's packet arrived. */
export const packetReceived = (ctx: Context, tx: Tx, packet: Named, operator: string) =>
  record(ctx, tx, {
    kind: 'packet.received',
    person: packet.person,
    actor: { type: 'operator', id: operator },
    content: { rid: packet.rid },
  })

/** A stage was finished. */
export const packetMoved = (
  ctx: Context,
  tx: Tx,
  packet: Named,
  content: { readonly stage: string; readonly outcome: string; readonly reason?: string },
) =>
  record(ctx, tx, {
    kind: 'packet.moved',
    person: packet.person,
    actor: registry,
    content: { rid: packet.rid, ...content },
  })

/** A stage failed too often: a person must look. */
export const packetParked = (ctx: Context, tx: Tx, packet: Named, stage: string) =>
  record(ctx, tx, {
    kind: 'packet.parked',
    person: packet.person,
    actor: registry,
    content: { rid: packet.rid, stage },
  })

/** An administrator sent a parked packet back into its stage. */
export const packetRedriven = (ctx: Context, tx: Tx, packet: Named, actor: Actor) =>
  record(ctx, tx, {
    kind: 'packet.redriven',
    person: packet.person,
    actor,
    content: { rid: packet.rid },
  })
