/**
 * What is left of a rejected packet: its row (RID, stage, reason, times, keyed digests) and its audit leaves. The
 * sealed bytes, the face's template and the claim on its demographics go in the transaction of the rejection.
 */
import type { Tx } from '#kernel/db/db.ts'
import type { RegistryContext } from '../context.ts'
import { releaseDemographicKeys } from '../identity/store.ts'
import { subjectOf } from '../identity/subject.ts'
import { eraseSeal, type PacketRow } from '../packet/store.ts'

export async function eraseRejected(
  ctx: RegistryContext,
  tx: Tx,
  { rid, person }: Pick<PacketRow, 'rid' | 'person'>,
): Promise<void> {
  await eraseSeal(tx, rid)
  await releaseDemographicKeys(tx, person)
  await ctx.hub.erase(tx, subjectOf(ctx, person))
}
