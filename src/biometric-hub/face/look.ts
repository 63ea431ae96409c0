/** One look at an image: is there one face, how good is it, what is its template. */
import { decodeImage } from '../formats/decode-image.ts'
import { type Measures, measureFace } from '../quality/measure-face.ts'
import { adviseOn, scoreQuality } from '../quality/score.ts'
import type { Box, DetectedFace, FaceEncoder } from './encoder.ts'

export type Look =
  | {
      readonly outcome: 'seen'
      readonly quality: number
      readonly measures: Measures
      readonly advice: readonly string[]
      /** Whole pixels of the upright image. */
      readonly box: Box
      readonly template: Float32Array
    }
  | {
      readonly outcome: 'unusable'
      readonly fault: 'not-an-image' | 'too-large' | 'no-face' | 'several-faces'
    }

/** A second face counts from this part of the first one's area on: smaller ones are passers-by and pictures on walls. */
const secondFaceArea = 0.1

export function lookAtFace(encoder: FaceEncoder, image: Uint8Array): Look {
  const decoded = decodeImage(image)
  if (decoded.outcome === 'unusable') return decoded
  const { raster, scale } = decoded
  const faces = encoder.detect(raster).toSorted((left, right) => area(right) - area(left))
  const [face, second] = faces
  if (face === undefined) return { outcome: 'unusable', fault: 'no-face' }
  if (second !== undefined && area(second) >= secondFaceArea * area(face)) {
    return { outcome: 'unusable', fault: 'several-faces' }
  }
  const landmarks = encoder.landmarks(raster, face)
  const measures = measureFace(raster, face, landmarks, scale)
  const template = encoder.encode(raster, landmarks)
  // Fails closed: such a template would be nobody's neighbour, and its owner new for ever.
  if (!template.every(Number.isFinite)) throw new Error('the encoder made no template')
  return {
    outcome: 'seen',
    quality: scoreQuality(measures),
    measures,
    advice: adviseOn(measures),
    box: {
      x: Math.round(face.box.x * scale),
      y: Math.round(face.box.y * scale),
      width: Math.round(face.box.width * scale),
      height: Math.round(face.box.height * scale),
    },
    template,
  }
}

const area = (face: DetectedFace): number => face.box.width * face.box.height
