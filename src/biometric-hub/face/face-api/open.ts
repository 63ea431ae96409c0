/** The default encoder: the networks that ship inside @vladmandic/face-api (MIT), run by TensorFlow.js in WebAssembly. */
import type { FaceEncoder } from '../encoder.ts'
import { detectFaces, loadDetector } from './detector.ts'
import { findLandmarks, loadLandmarker } from './landmarker.ts'
import { minConfidence, revision } from './parameters.ts'
import { describeFace, dimensions, loadRecogniser } from './recogniser.ts'
import { startTensorflow } from './tensorflow.ts'
import { hashModel } from './weights.ts'

export async function openFaceApi(): Promise<FaceEncoder> {
  const modelHash = hashModel(revision)
  await startTensorflow()
  const detector = loadDetector()
  const landmarker = loadLandmarker()
  const recogniser = loadRecogniser()
  return {
    name: 'face-api',
    modelHash,
    dimensions,
    detect: (raster) => detectFaces(detector, raster, minConfidence),
    landmarks: (raster, face) => findLandmarks(landmarker, raster, face.box),
    encode: (raster, landmarks) => describeFace(recogniser, raster, landmarks),
  }
}
