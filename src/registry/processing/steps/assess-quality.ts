import { openStored } from '../../packet/open.ts'
import { type Step, settled } from '../step.ts'
import { samplesOf } from './photo.ts'

/** One face, good enough to tell people apart by (`thresholds.faceQuality`, 0..100). */
export const assessQuality: Step<'good' | 'poor' | 'unusable'> = async (ctx, packet) => {
  const assessed = await ctx.hub.assess(samplesOf(await openStored(ctx, packet)))
  if (assessed.outcome === 'unusable')
    return settled({ outcome: 'unusable', reason: `sample.${assessed.fault}` })
  if (assessed.quality < ctx.country.thresholds.faceQuality)
    return settled({ outcome: 'poor', reason: 'sample.poor-quality' })
  return settled({ outcome: 'good' })
}
