/** 1:N. Enrol first, then search everybody before: of simultaneous enrolments of one person the first alone is unique. */
import type { Context } from '#kernel/context.ts'
import { transaction } from '#kernel/db/db.ts'
import { toDistance, toScore } from '../face/score.ts'
import type { Hit } from '../gallery/matrix.ts'
import type { SearchOptions, SearchResult } from '../gallery/search.ts'
import { enrol, ensureHead, findReference, findSubjects, type Reference } from '../gallery/store.ts'
import { openTemplate, sealTemplate } from '../gallery/template.ts'
import type { Candidate, Identification, Sample, SampleFault, SubjectRef } from '../outcomes.ts'
import { hubProblem } from '../problems.ts'
import type { Engine } from '../thread/engine.ts'

const maxCandidates = 20
/** A search is made again when all that it found was erased meanwhile. */
const maxRounds = 3

export type Search = (options: SearchOptions) => Promise<SearchResult>

/**
 * A subject that is enrolled already is searched with its stored template; its new sample is not looked at. Throws
 * Problem `hub.search-incomplete`, `hub.other-model`, `hub.unavailable`, `hub.busy`.
 */
export async function identify(
  ctx: Context,
  engine: Engine,
  search: Search,
  subject: SubjectRef,
  sample: Sample,
): Promise<Identification> {
  const known = await findReference(ctx.db, subject)
  const enrolled = known ?? (await enrolSample(ctx, engine, subject, sample))
  if ('fault' in enrolled) return { outcome: 'unusable', fault: enrolled.fault }
  const { modelHash } = await engine.run('state', {})
  if (enrolled.model !== modelHash) throw hubProblem('hub.other-model')
  const probe = await openTemplate(ctx, enrolled)
  for (let round = 0; round < maxRounds; round++) {
    const { compared, hits } = await search({
      probe,
      below: Number(enrolled.ordinal),
      maxDistance: toDistance(ctx.country.thresholds.faceIdentify),
      limit: maxCandidates,
    })
    if (hits.length === 0) return { outcome: 'unique', compared }
    const candidates = await nameCandidates(ctx, hits)
    if (candidates.length > 0) return { outcome: 'candidates', candidates, compared }
  }
  throw hubProblem('hub.search-incomplete')
}

/** Whoever was erased since the search is left out. */
async function nameCandidates(ctx: Context, hits: readonly Hit[]): Promise<Candidate[]> {
  const subjects = await findSubjects(
    ctx.db,
    hits.map(({ ordinal }) => ordinal),
  )
  return hits.flatMap(({ ordinal, distance }): Candidate[] => {
    const subject = subjects.get(ordinal)
    if (subject === undefined) return []
    const score = toScore(distance)
    return [{ subject, score, modalities: [{ modality: 'face', score }] }]
  })
}

async function enrolSample(
  ctx: Context,
  engine: Engine,
  subject: SubjectRef,
  sample: Sample,
): Promise<Reference | { fault: SampleFault }> {
  const look = await engine.run('look', { image: sample.image })
  if (look.outcome === 'unusable') return { fault: look.fault }
  const { modelHash: model } = await engine.run('state', {})
  const sealed = await sealTemplate(ctx, subject, model, look.template)
  await ensureHead(ctx)
  return transaction(ctx, (tx) => enrol(tx, { subject, model, quality: look.quality, sealed }))
}
