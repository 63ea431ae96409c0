import type { Measure, Measures } from './measure-face.ts'
import { parameters } from './parameters.ts'

/** What the operator may do about a measure: catalogue keys. */
const advice: Record<Measure, string> = {
  interEyeDistance: 'hub.advice.move-closer',
  yawFrontalAlignment: 'hub.advice.face-the-camera',
  pitchFrontalAlignment: 'hub.advice.level-the-head',
  rollFrontalAlignment: 'hub.advice.hold-head-upright',
  underExposurePrevention: 'hub.advice.more-light',
  overExposurePrevention: 'hub.advice.less-light',
  dynamicRange: 'hub.advice.more-contrast',
  illuminationUniformity: 'hub.advice.even-light',
  sharpness: 'hub.advice.hold-still',
  detectionConfidence: 'hub.advice.uncover-face',
}

/**
 * 0..100, own algorithm: the worst measure and the mean of all, weighed. A picture is no better than what is wrong
 * with it.
 */
export function scoreQuality(measures: Measures): number {
  const values = Object.values(measures)
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const { weightOfWorst } = parameters
  return Math.round(100 * (weightOfWorst * Math.min(...values) + (1 - weightOfWorst) * mean))
}

/** Catalogue keys for the worst measures, worst first. */
export const adviseOn = (measures: Measures): string[] =>
  (Object.entries(measures) as [Measure, number][])
    .filter(([, value]) => value < parameters.adviceBelow)
    .sort(([, left], [, right]) => left - right)
    .slice(0, parameters.maxAdvice)
    .map(([measure]) => advice[measure])
