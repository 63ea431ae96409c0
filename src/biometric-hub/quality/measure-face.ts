/** Measures behind a face's quality, each 0 (useless) to 1 (as good as is of use). */
import type { DetectedFace, Landmarks, Point } from '../face/encoder.ts'
import { luma, type Raster, resample } from '../formats/raster.ts'
import { parameters } from './parameters.ts'

export type Measure =
  | 'interEyeDistance'
  | 'yawFrontalAlignment'
  | 'pitchFrontalAlignment'
  | 'rollFrontalAlignment'
  | 'underExposurePrevention'
  | 'overExposurePrevention'
  | 'dynamicRange'
  | 'illuminationUniformity'
  | 'sharpness'
  | 'detectionConfidence'
export type Measures = Readonly<Record<Measure, number>>

/** `scale`: pixels of the captured image for one of the raster. */
export function measureFace(
  raster: Raster,
  face: DetectedFace,
  landmarks: Landmarks,
  scale: number,
): Measures {
  const pose = measurePose(landmarks)
  const grey = lumaChip(raster, landmarks)
  const range = percentile(grey, 0.95) - percentile(grey, 0.05)
  const part = (test: (value: number) => boolean) => grey.filter(test).length / grey.length
  return {
    interEyeDistance: grade(pose.eyes * scale, parameters.interEyeDistance),
    yawFrontalAlignment: grade(Math.abs(pose.yaw), parameters.yaw),
    pitchFrontalAlignment: grade(Math.abs(pose.pitch - parameters.pitchFrontal), parameters.pitch),
    rollFrontalAlignment: grade(Math.abs(pose.roll), parameters.roll),
    underExposurePrevention: grade(
      part((value) => value < parameters.darkLuma),
      parameters.underExposure,
    ),
    overExposurePrevention: grade(
      part((value) => value > parameters.lightLuma),
      parameters.overExposure,
    ),
    dynamicRange: grade(range, parameters.dynamicRange),
    illuminationUniformity: grade(commonOfHalves(grey), parameters.illuminationUniformity),
    sharpness: grade(roughness(grey) / Math.max(range, 1), parameters.sharpness),
    detectionConfidence: grade(face.confidence, parameters.detectionConfidence),
  }
}

interface Pose {
  /** Pixels of the raster. */
  readonly eyes: number
  /** Degrees; positive when the head leans to the right of the image. */
  readonly roll: number
  readonly yaw: number
  readonly pitch: number
}
function measurePose(landmarks: Landmarks): Pose {
  const left = middle(landmarks.slice(36, 42))
  const right = middle(landmarks.slice(42, 48))
  const mouth = middle(landmarks.slice(48, 68))
  const nose = landmarks[30] as Point
  const eyes = Math.max(1, Math.hypot(right.x - left.x, right.y - left.y))
  const across = { x: (right.x - left.x) / eyes, y: (right.y - left.y) / eyes }
  const centre = middle([left, right])
  const along = (point: Point) => (point.x - centre.x) * across.x + (point.y - centre.y) * across.y
  const down = (point: Point) => (point.y - centre.y) * across.x - (point.x - centre.x) * across.y
  const face = Math.max(1, down(mouth))
  return {
    eyes,
    roll: (Math.atan2(across.y, across.x) * 180) / Math.PI,
    yaw: along(nose) / eyes,
    pitch: down(nose) / face,
  }
}

/** Luma of the inner face, upright, `chip` pixels square: from brows to chin and between the temples. */
function lumaChip(raster: Raster, landmarks: Landmarks): Float32Array {
  const left = middle(landmarks.slice(36, 42))
  const right = middle(landmarks.slice(42, 48))
  const size = parameters.chip
  // The eyes lie at 27 % and 73 % of the width, 30 % down.
  const a = (right.x - left.x) / (0.46 * size)
  const b = (right.y - left.y) / (0.46 * size)
  const [x, y] = [0.27 * size, 0.3 * size]
  const place = { a, b, tx: left.x - a * x + b * y, ty: left.y - b * x - a * y }
  const pixels = resample(raster, size, place)
  return new Float32Array(size * size).map((_, index) => luma(pixels, index * 3))
}

function commonOfHalves(grey: Float32Array): number {
  const { chip, histogramBins } = parameters
  const halves = [new Float64Array(histogramBins), new Float64Array(histogramBins)] as const
  const one = 2 / grey.length
  grey.forEach((value, index) => {
    const bins = halves[index % chip < chip / 2 ? 0 : 1]
    const bin = Math.min(histogramBins - 1, Math.floor((value / 256) * histogramBins))
    bins[bin] = (bins[bin] as number) + one
  })
  return halves[0].reduce((sum, part, bin) => sum + Math.min(part, halves[1][bin] as number), 0)
}

/** Mean absolute Laplacian, luma. */
function roughness(grey: Float32Array): number {
  const size = parameters.chip
  let sum = 0
  for (let y = 1; y < size - 1; y++) {
    for (let x = 1; x < size - 1; x++) {
      const at = y * size + x
      const value = (offset: number) => grey[at + offset] as number
      sum += Math.abs(4 * value(0) - value(-1) - value(1) - value(-size) - value(size))
    }
  }
  return sum / (size - 2) ** 2
}

function percentile(values: Float32Array, part: number): number {
  const sorted = values.toSorted()
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] as number
}
const grade = (value: number, { worst, best }: { worst: number; best: number }): number => {
  const part = (value - worst) / (best - worst)
  // A value that is no number is no quality.
  return part > 0 ? Math.min(1, part) : 0
}
const middle = (points: readonly Point[]): Point => ({
  x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
  y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
})
