/**
 * The receipt of a packet. Both seals are opened here, so that a client learns at once that its packet is bad; then
 * the bytes are stored as they came, with the first job, in one transaction. Once the RID is answered, the packet
 * reaches an end.
 *
 * Exactly once: the same bytes again answer the same RID; other bytes under a known packetId are refused.
 */
import type { Context } from '#kernel/context.ts'
import { type Reader, transaction } from '#kernel/db/db.ts'
import type { Rid } from '../identifiers/identifiers.ts'
import { drawRid } from '../identifiers/rid.ts'
import { newPersonId } from '../identity/person.ts'
import { insertSubject } from '../identity/store.ts'
import { subjectOf } from '../identity/subject.ts'
import { enqueueMove } from '../processing/job.ts'
import { firstStage } from '../processing/stages.ts'
import { packetReceived } from './events.ts'
import { digestOf, openPacket } from './open.ts'
import { problem } from './problems.ts'
import { insertPacket, type PacketRow, packetByDigest, packetByLookup } from './store.ts'

export interface Receipt {
  readonly rid: Rid
  /** The same bytes were received before. */
  readonly repeated: boolean
}

/** 75 random bits: a second collision in a row is a broken random source. */
const DRAWS_MAX = 3

/** @param sealed compact JWE (docs/packet.md). Problems: `packet.*`. */
export async function receivePacket(ctx: Context, sealed: string): Promise<Receipt> {
  if (sealed.length > ctx.config.registry.packetBytesMax) throw problem('packet.too-large')
  const digest = digestOf(ctx, sealed)
  const before = await repeated(ctx.db, digest)
  if (before !== undefined) return before
  const { packetId, operator } = await openPacket(ctx, sealed)
  const lookup = ctx.vault.lookup('packet', packetId)
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const packet = newPacket(ctx, { digest, lookup, operator })
    const stored = await transaction(ctx, async (tx) => {
      if (!(await insertPacket(tx, packet, sealed))) return false
      await insertSubject(tx, subjectOf(ctx, packet.person), packet.person)
      await packetReceived(ctx, tx, packet, operator)
      await enqueueMove(ctx, tx, packet)
      return true
    })
    if (stored) return { rid: packet.rid, repeated: false }
    const twin = await repeated(ctx.db, digest)
    if (twin !== undefined) return twin
    if ((await packetByLookup(ctx.db, lookup)) !== undefined) throw problem('packet.replayed')
  }
  throw new Error('packet: no free RID')
}

async function repeated(on: Reader, digest: string): Promise<Receipt | undefined> {
  const found = await packetByDigest(on, digest)
  return found && { rid: found.rid, repeated: true }
}

function newPacket(
  ctx: Context,
  values: { readonly digest: string; readonly lookup: string; readonly operator: string },
): PacketRow {
  const now = ctx.now().getTime()
  return {
    rid: drawRid(ctx.random),
    packet_lookup: values.lookup,
    digest: values.digest,
    person: newPersonId(ctx),
    stage: firstStage,
    state: 'processing',
    moves: 0,
    reason: null,
    reason_fields: null,
    dead_job: null,
    operator: values.operator,
    received_at: now,
    moved_at: now,
  }
}
