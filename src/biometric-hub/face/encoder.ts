/**
 * Port of a face model. The default one comes inside an npm package (decision 0008); a country replaces it by its own.
 * Templates of two models are never compared: each carries the `modelHash` of the one that made it.
 */
import type { Raster } from '../formats/raster.ts'

export interface Point {
  readonly x: number
  readonly y: number
}
export interface Box extends Point {
  readonly width: number
  readonly height: number
}
export interface DetectedFace {
  /** Pixels of the raster, inside it. */
  readonly box: Box
  /** 0..1, of the detector. */
  readonly confidence: number
}
/** 68 points in the order of iBUG 300-W, pixels of the raster. */
export type Landmarks = readonly Point[]

export interface FaceEncoder {
  readonly name: string
  /** SHA-256, lower-case hex, over all that decides a template: network files and the revision of the alignment. */
  readonly modelHash: string
  /** Length of a template. */
  readonly dimensions: number
  /** Faces by falling confidence. */
  detect(raster: Raster): readonly DetectedFace[]
  landmarks(raster: Raster, face: DetectedFace): Landmarks
  /** Finite numbers; two templates compare by Euclidean distance. */
  encode(raster: Raster, landmarks: Landmarks): Float32Array
}
