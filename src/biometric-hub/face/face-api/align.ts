/** Turns, scales and moves a face so that eyes and nose lie where the recogniser learnt them. */
import type { Similarity } from '../../formats/raster.ts'
import type { Landmarks, Point } from '../encoder.ts'

export const chipSize = 150
/** Margin around the face, as a part of its own size (dlib's get_face_chip_details). */
const padding = 0.25
/** iBUG 300-W index -> where it lies in the unpadded chip, 0..1 (dlib, five-point model). */
const reference: readonly (readonly [index: number, x: number, y: number])[] = [
  [45, 0.8595674595992, 0.2134981538014],
  [42, 0.6460604764104, 0.2289674387677],
  [36, 0.1205750620789, 0.2137274526848],
  [39, 0.3340850613712, 0.2290642403242],
  [33, 0.4901123135679, 0.6277975316475],
]

/** Chip pixels -> image pixels, least squares over the five points (Umeyama 1991, without reflection). */
export function alignToChip(landmarks: Landmarks): Similarity {
  const pairs = reference.map(([index, x, y]) => ({
    from: { x: toChip(x), y: toChip(y) },
    to: landmarks[index] as Point,
  }))
  const from = mean(pairs.map((pair) => pair.from))
  const to = mean(pairs.map((pair) => pair.to))
  let along = 0
  let across = 0
  let spread = 0
  for (const pair of pairs) {
    const [fx, fy] = [pair.from.x - from.x, pair.from.y - from.y]
    const [tx, ty] = [pair.to.x - to.x, pair.to.y - to.y]
    along += fx * tx + fy * ty
    across += fx * ty - fy * tx
    spread += fx * fx + fy * fy
  }
  const a = along / spread
  const b = across / spread
  return { a, b, tx: to.x - a * from.x + b * from.y, ty: to.y - b * from.x - a * from.y }
}

const toChip = (part: number): number => ((padding + part) / (2 * padding + 1)) * chipSize
const mean = (points: readonly Point[]): Point => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
})
