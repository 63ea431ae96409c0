/** 1:1 against the subject's own reference. */
import type { Context } from '#kernel/context.ts'
import { distanceBetween, toScore } from '../face/score.ts'
import { findReference } from '../gallery/store.ts'
import { openTemplate } from '../gallery/template.ts'
import type { Sample, SubjectRef, Verification } from '../outcomes.ts'
import { hubProblem } from '../problems.ts'
import type { Engine } from '../thread/engine.ts'

/** Throws Problem `hub.other-model`, `vault.unreadable`, `hub.unavailable`, `hub.busy`. */
export async function verify(
  ctx: Context,
  engine: Engine,
  subject: SubjectRef,
  sample: Sample,
): Promise<Verification> {
  const reference = await findReference(ctx.db, subject)
  if (reference === undefined) return { outcome: 'no-reference' }
  const look = await engine.run('look', { image: sample.image })
  if (look.outcome === 'unusable') return look
  const { modelHash } = await engine.run('state', {})
  if (reference.model !== modelHash) throw hubProblem('hub.other-model')
  const score = toScore(distanceBetween(await openTemplate(ctx, reference), look.template))
  const matches = score >= ctx.country.thresholds.faceVerify
  return { outcome: matches ? 'match' : 'non-match', score }
}
