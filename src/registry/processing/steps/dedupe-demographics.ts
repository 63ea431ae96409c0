import type { Tx } from '#kernel/db/db.ts'
import { demographicKeys } from '../../identity/demographic-keys.ts'
import type { PersonId } from '../../identity/person.ts'
import { claimantOf, claimDemographicKey, releaseDemographicKeys } from '../../identity/store.ts'
import { openStored } from '../../packet/open.ts'
import { noteCandidate, packetOfPerson } from '../../packet/store.ts'
import type { Step } from '../step.ts'

/** How long a held packet waits before it looks again, milliseconds: the time of one comparison. */
const HELD_MS = 300
/** When the claimant takes long (parked, a hub that is down), milliseconds. */
const HELD_LONG_MS = 15_000

/**
 * Who claims a demographic key first is `unique`, everybody after him `suspect` of being him.
 *
 * A suspect waits until the claimant has been compared. Otherwise two packets of one person could each come first in
 * one of the two comparisons, both would wait for an adjudicator, and nobody would be enrolled.
 */
export const dedupeDemographics: Step<'unique' | 'suspect' | 'held'> = async (ctx, packet) => {
  const { identity } = await openStored(ctx, packet)
  const keys = demographicKeys(ctx, identity)
  return async (tx) => {
    const at = ctx.now().getTime()
    const claimants = new Set<PersonId>()
    for (const key of keys) {
      if (await claimDemographicKey(tx, key, packet.person, at)) continue
      const claimant = await claimantOf(tx, key)
      if (claimant !== undefined) claimants.add(claimant)
    }
    if (claimants.size === 0) return { outcome: 'unique' }
    if (await anyUncompared(tx, claimants)) {
      // Who waits claims nothing, or two could wait for each other.
      await releaseDemographicKeys(tx, packet.person)
      return { outcome: 'held', againAfterMs: wait(packet, at) }
    }
    for (const candidate of claimants) {
      const found = { candidate, demographic: 1, score: null, modalities: null }
      await noteCandidate(tx, packet.rid, found)
    }
    return { outcome: 'suspect' }
  }
}

async function anyUncompared(tx: Tx, claimants: ReadonlySet<PersonId>): Promise<boolean> {
  for (const person of claimants) {
    const other = await packetOfPerson(tx, person)
    if (other?.stage === 'dedupe-biometrics') return true
  }
  return false
}

const wait = (packet: { readonly received_at: number }, at: number): number =>
  at - packet.received_at > 60_000 ? HELD_LONG_MS : HELD_MS
