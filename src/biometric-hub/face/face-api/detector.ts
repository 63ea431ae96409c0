/**
 * SSD with MobileNet v1 (Liu et al. 2016, arXiv 1512.02325; Howard et al. 2017, arXiv 1704.04861), trained on
 * WIDERFACE: 512 x 512 input scaled to -1..1, six feature maps, 5,118 anchors.
 */

import { type Raster, resample } from '../../formats/raster.ts'
import type { DetectedFace } from '../encoder.ts'
import { convolve, convolveDepthwise, foldScale, layer, through } from './layers.ts'
import { type Tensor4D, tf } from './tensorflow.ts'
import { type Layer, readWeights, type Weights } from './weights.ts'

const inputSize = 512
const batchNormEpsilon = 0.0010000000474974513
/** Variances of the box encoding: centre 10, size 5 (TensorFlow object detection's default box coder). */
const coder = { centre: 10, size: 5 } as const
const overlapLimit = 0.5
const maxFaces = 20

interface Predictor {
  readonly box: Layer
  readonly face: Layer
}
export interface DetectorNetwork {
  readonly first: Layer
  readonly blocks: readonly { depthwise: Layer; pointwise: Layer; stride: 1 | 2 }[]
  readonly extra: readonly { layer: Layer; stride: 1 | 2 }[]
  readonly predictors: readonly Predictor[]
  /** 5,118 rows of top, left, bottom, right as fractions of the input. */
  readonly anchors: Float32Array
}

export function loadDetector(): DetectorNetwork {
  const weights = readWeights('detector')
  return {
    first: pointwise(weights, 'MobilenetV1/Conv2d_0_pointwise'),
    blocks: Array.from({ length: 13 }, (_, index) => block(weights, index + 1)),
    extra: Array.from({ length: 8 }, (_, index) => ({
      layer: pointwise(weights, `Prediction/Conv2d_${index}_pointwise`),
      stride: index % 2 === 0 ? 1 : 2,
    })),
    predictors: Array.from({ length: 6 }, (_, index) => ({
      box: predictor(weights, index, 'BoxEncodingPredictor'),
      face: predictor(weights, index, 'ClassPredictor'),
    })),
    anchors: weights('Output/extra_dim').values,
  }
}

/** Faces of at least `minConfidence` by falling confidence, without overlaps; boxes inside the raster. */
export function detectFaces(
  network: DetectorNetwork,
  raster: Raster,
  minConfidence: number,
): DetectedFace[] {
  // The image lies in the upper left of the square; the rest stays black, as in training.
  const scale = Math.max(raster.width, raster.height) / inputSize
  const pixels = resample(raster, inputSize, { a: scale, b: 0, tx: 0, ty: 0 })
  const input = tf.tidy(() =>
    tf.sub(tf.div(tf.tensor4d(pixels, [1, inputSize, inputSize, 3]), 127.5), 1),
  )
  const { boxes, scores } = forward(network, input as Tensor4D)
  const found: DetectedFace[] = []
  for (let index = 0; index < scores.length; index++) {
    const confidence = scores[index] as number
    if (confidence < minConfidence) continue
    found.push({ confidence, box: decodeBox(boxes, network.anchors, index * 4) })
  }
  found.sort((left, right) => right.confidence - left.confidence)
  const side = inputSize * scale
  return withoutOverlaps(found).map((face) => toPixels(face, side, raster))
}

function forward(network: DetectorNetwork, input: Tensor4D) {
  const maps: Tensor4D[] = []
  let x = through(input, (from) =>
    convolve(from, network.first, { stride: 2, activation: 'relu6' }),
  )
  network.blocks.forEach(({ depthwise, pointwise: point, stride }, index) => {
    x = through(x, (from) => convolveDepthwise(from, depthwise, { stride, activation: 'relu6' }))
    x = through(x, (from) => convolve(from, point, { activation: 'relu6' }))
    if (index === 10) maps.push(x.clone())
  })
  maps.push(x.clone())
  network.extra.forEach(({ layer: point, stride }, index) => {
    x = through(x, (from) => convolve(from, point, { stride, activation: 'relu6' }))
    if (index % 2 === 1) maps.push(x.clone())
  })
  x.dispose()
  const answer = tf.tidy(() => predict(network.predictors, maps))
  for (const map of maps) map.dispose()
  const boxes = answer.boxes.dataSync<'float32'>()
  const scores = answer.scores.dataSync<'float32'>()
  tf.dispose([answer.boxes, answer.scores])
  return { boxes, scores }
}

function predict(predictors: readonly Predictor[], maps: readonly Tensor4D[]) {
  const heads = predictors.map((head, index) => {
    const map = maps[index] as Tensor4D
    return {
      box: tf.reshape(convolve(map, head.box), [-1, 4]),
      // Three classes an anchor: background, face, and one that training left unused.
      face: tf.slice(tf.reshape(convolve(map, head.face), [-1, 3]), [0, 1], [-1, 1]),
    }
  })
  return {
    boxes: tf.concat(heads.map(({ box }) => box)),
    scores: tf.sigmoid(tf.concat(heads.map(({ face }) => face))),
  }
}

/** Fractions of the input square. */
function decodeBox(codes: Float32Array, anchors: Float32Array, at: number) {
  const number = (from: Float32Array, index: number) => from[at + index] as number
  const height = number(anchors, 2) - number(anchors, 0)
  const width = number(anchors, 3) - number(anchors, 1)
  const y = (number(codes, 0) / coder.centre) * height + number(anchors, 0) + height / 2
  const x = (number(codes, 1) / coder.centre) * width + number(anchors, 1) + width / 2
  const tall = Math.exp(number(codes, 2) / coder.size) * height
  const wide = Math.exp(number(codes, 3) / coder.size) * width
  return { x: x - wide / 2, y: y - tall / 2, width: wide, height: tall }
}

/** Greedy non-maximum suppression; `faces` come by falling confidence. */
function withoutOverlaps(faces: readonly DetectedFace[]): DetectedFace[] {
  const kept: DetectedFace[] = []
  for (const face of faces) {
    if (kept.length === maxFaces) break
    if (kept.every((other) => overlap(face.box, other.box) <= overlapLimit)) kept.push(face)
  }
  return kept
}

function overlap(left: DetectedFace['box'], right: DetectedFace['box']): number {
  const across = Math.min(left.x + left.width, right.x + right.width) - Math.max(left.x, right.x)
  const down = Math.min(left.y + left.height, right.y + right.height) - Math.max(left.y, right.y)
  if (across <= 0 || down <= 0) return 0
  const both = across * down
  return both / (left.width * left.height + right.width * right.height - both)
}

function toPixels(face: DetectedFace, side: number, raster: Raster): DetectedFace {
  const clip = (value: number, limit: number) => Math.max(0, Math.min(limit, value * side))
  const x = clip(face.box.x, raster.width)
  const y = clip(face.box.y, raster.height)
  const right = clip(face.box.x + face.box.width, raster.width)
  const bottom = clip(face.box.y + face.box.height, raster.height)
  return { confidence: face.confidence, box: { x, y, width: right - x, height: bottom - y } }
}

/** The batch normalisation after a depthwise convolution is folded into it. */
function block(weights: Weights, index: number) {
  const name = `MobilenetV1/Conv2d_${index}_depthwise`
  const part = (what: string): Float32Array => weights(`${name}/BatchNorm/${what}`).values
  const variance = part('moving_variance')
  const mean = part('moving_mean')
  const factor = part('gamma').map(
    (gamma, at) => gamma / Math.sqrt((variance[at] as number) + batchNormEpsilon),
  )
  const shift = part('beta').map((beta, at) => beta - (mean[at] as number) * (factor[at] as number))
  const shape = [factor.length]
  const none = { shape, values: new Float32Array(factor.length) }
  const filter = weights(`${name}/depthwise_weights`)
  const strided: readonly number[] = [2, 4, 6, 12]
  return {
    // The channels of a depthwise filter are its last axis but one, and the last has length 1.
    depthwise: foldScale(filter, none, { shape, values: factor }, { shape, values: shift }),
    pointwise: pointwise(weights, `MobilenetV1/Conv2d_${index}_pointwise`),
    stride: strided.includes(index) ? (2 as const) : (1 as const),
  }
}
const pointwise = (weights: Weights, name: string): Layer =>
  layer(weights(`${name}/weights`), weights(`${name}/convolution_bn_offset`))
const predictor = (weights: Weights, index: number, kind: string): Layer => {
  const name = `Prediction/BoxPredictor_${index}/${kind}`
  return layer(weights(`${name}/weights`), weights(`${name}/biases`))
}
