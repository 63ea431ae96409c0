/** The default encoder: the networks that ship inside @vladmandic/face-api (MIT), run by TensorFlow.js in WebAssembly. */
import type { Raster } from '../../formats/raster.ts'
import type { FaceEncoder, Landmarks } from '../encoder.ts'
import { detectFaces, loadDetector } from './detector.ts'
import { findLandmarks, loadLandmarker } from './landmarker.ts'
import { minConfidence, revision } from './parameters.ts'
import { describeFace, dimensions, loadRecogniser } from './recogniser.ts'
import { startTensorflow } from './tensorflow.ts'
import { hashModel } from './weights.ts'

/**
 * Each network runs once on nothing as soon as it is loaded, the smallest activations first: packed weights then lie
 * close together and the large activations behind them, which keeps the thread some 30 MB smaller for good.
 */
export async function openFaceApi(): Promise<FaceEncoder> {
  const modelHash = hashModel(revision)
  await startTensorflow()
  const recogniser = loadRecogniser()
  describeFace(recogniser, blank, frontal)
  const landmarker = loadLandmarker()
  findLandmarks(landmarker, blank, { x: 0, y: 0, width: 64, height: 64 })
  const detector = loadDetector()
  detectFaces(detector, blank, minConfidence)
  return {
    name: 'face-api',
    modelHash,
    dimensions,
    detect: (raster) => detectFaces(detector, raster, minConfidence),
    landmarks: (raster, face) => findLandmarks(landmarker, raster, face.box),
    encode: (raster, landmarks) => describeFace(recogniser, raster, landmarks),
  }
}

const blank: Raster = { width: 64, height: 64, data: new Uint8Array(64 * 64 * 3) }
const frontal: Landmarks = Array.from({ length: 68 }, (_, index) => ({
  x: index % 8,
  y: index >> 3,
}))
