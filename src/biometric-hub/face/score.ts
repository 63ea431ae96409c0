/**
 * Comparison score of two templates: 1 - d / 1.2 for their Euclidean distance d, cut at 0. So 1 is the same picture, 0.5
 * the distance 0.6 that the model's makers recommend for one comparison, and the whole range is linear in d.
 */
const farthest = 1.2

export const toScore = (distance: number): number =>
  Number.isFinite(distance) ? Math.max(0, 1 - distance / farthest) : 0
export const toDistance = (score: number): number => (1 - score) * farthest

export function distanceBetween(left: Float32Array, right: Float32Array): number {
  if (left.length !== right.length) return Number.POSITIVE_INFINITY
  let sum = 0
  for (let index = 0; index < left.length; index++) {
    sum += ((left[index] as number) - (right[index] as number)) ** 2
  }
  return Math.sqrt(sum)
}
