import { openStored } from '../../packet/open.ts'
import { type Step, settled } from '../step.ts'
import { samplesOf } from './photo.ts'

/** One face, good enough to tell people apart by (`thresholds.faceQuality`, 0..100). */
export const assessQuality: Step<'good' | 'poor' | 'unusable'> = async (ctx, packet) => {
  const content = await openStored(ctx, packet)
  const assessed = await ctx.hub.assess(samplesOf(content))
  const tell = content.identity
  if (assessed.outcome === 'unusable')
    return settled({ outcome: 'unusable', reason: `sample.${assessed.fault}`, tell })
  if (assessed.quality < ctx.country.thresholds.faceQuality)
    return settled({ outcome: 'poor', reason: 'sample.poor-quality', tell })
  return settled({ outcome: 'good' })
}
