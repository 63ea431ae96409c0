import assert from 'node:assert/strict'
import type { Candidate } from '#biometric-hub'
import type { Tx } from '#kernel/db/db.ts'
import { openCase } from '../../adjudication/open.ts'
import { personOfSubject } from '../../identity/store.ts'
import { subjectOf } from '../../identity/subject.ts'
import { openStored } from '../../packet/open.ts'
import { countCandidates, noteCandidate, type PacketRow } from '../../packet/store.ts'
import { type Step, settled } from '../step.ts'
import { samplesOf } from './photo.ts'

/**
 * The face against everybody's. The hub enrols and compares in one total order, so of any number of packets of one
 * person exactly the first is unique (decision 0017). Whoever resembles somebody goes to a person to decide.
 */
export const dedupeBiometrics: Step<'unique' | 'suspect' | 'candidates' | 'unusable'> = async (
  ctx,
  packet,
) => {
  const content = await openStored(ctx, packet)
  const found = await ctx.hub.identify(subjectOf(ctx, packet.person), samplesOf(content))
  if (found.outcome === 'unusable')
    return settled({
      outcome: 'unusable',
      reason: `sample.${found.fault}`,
      tell: content.identity,
    })
  const candidates = found.outcome === 'candidates' ? found.candidates : []
  return async (tx) => {
    for (const candidate of candidates) await note(tx, packet, candidate)
    if ((await countCandidates(tx, packet.rid)) === 0) return { outcome: 'unique' }
    await openCase(ctx, tx, packet)
    return { outcome: candidates.length > 0 ? 'candidates' : 'suspect' }
  }
}

async function note(tx: Tx, { rid }: PacketRow, found: Candidate): Promise<void> {
  const candidate = await personOfSubject(tx, found.subject)
  assert(candidate, 'packet: the hub knows a subject that the registry does not')
  await noteCandidate(tx, rid, {
    candidate,
    demographic: 0,
    score: Math.round(found.score * 1e6),
    modalities: JSON.stringify(found.modalities),
  })
}
