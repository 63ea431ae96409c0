/** 68 facial landmarks: four dense blocks of depthwise separable convolutions on a 112 x 112 crop, one full layer. */

import { type Raster, resample } from '../../formats/raster.ts'
import type { Box, Landmarks } from '../encoder.ts'
import { convolve, convolveDepthwise, layer, through } from './layers.ts'
import { meanRgb } from './parameters.ts'
import { type Tensor2D, type Tensor4D, tf } from './tensorflow.ts'
import { type Layer, readWeights, toTensor, type Weights } from './weights.ts'

const inputSize = 112
const points = 68

interface Separable {
  readonly depthwise: Layer
  readonly pointwise: Layer
}
export interface LandmarkNetwork {
  readonly first: Layer
  readonly blocks: readonly { first?: Separable; rest: readonly Separable[] }[]
  readonly full: { readonly weights: Tensor2D; readonly bias: Layer['bias'] }
}

export function loadLandmarker(): LandmarkNetwork {
  const weights = readWeights('landmarks')
  return {
    first: layer(weights('dense0/conv0/filters'), weights('dense0/conv0/bias')),
    blocks: [0, 1, 2, 3].map((index) => ({
      ...(index === 0 ? {} : { first: separable(weights, `dense${index}/conv0`) }),
      rest: [1, 2, 3].map((conv) => separable(weights, `dense${index}/conv${conv}`)),
    })),
    full: {
      weights: toTensor(weights('fc/weights')) as Tensor2D,
      bias: toTensor(weights('fc/bias')),
    },
  }
}

/** Pixels of the raster. The crop is the box, widened to a square around its middle, black outside of the box's image. */
export function findLandmarks(network: LandmarkNetwork, raster: Raster, box: Box): Landmarks {
  const side = Math.max(box.width, box.height)
  const left = box.x + (box.width - side) / 2
  const top = box.y + (box.height - side) / 2
  const scale = side / inputSize
  const pixels = resample(raster, inputSize, { a: scale, b: 0, tx: left, ty: top })
  const out = tf.tidy(() => {
    const input = tf.tensor4d(pixels, [1, inputSize, inputSize, 3])
    const features = forward(network, tf.div(tf.sub(input, tf.tensor1d(meanRgb)), 255))
    const flat = tf.reshape(features, [1, -1]) as Tensor2D
    return tf.add(tf.matMul(flat, network.full.weights), network.full.bias)
  })
  const numbers = out.dataSync<'float32'>()
  out.dispose()
  return Array.from({ length: points }, (_, index) => ({
    x: left + (numbers[index * 2] as number) * side,
    y: top + (numbers[index * 2 + 1] as number) * side,
  }))
}

function forward(network: LandmarkNetwork, input: Tensor4D): Tensor4D {
  let x = input
  for (const { first, rest } of network.blocks) {
    x = through(x, (from) => {
      const start =
        first === undefined
          ? convolve(from, network.first, { stride: 2, activation: 'relu' })
          : tf.relu(convolveSeparable(from, first, 2))
      return dense(start, rest)
    })
  }
  return tf.avgPool(x, [7, 7], [2, 2], 'valid')
}

/** Each step sees the rectified sum of all before it. */
function dense(start: Tensor4D, rest: readonly Separable[]): Tensor4D {
  let sum = start
  let x = start
  for (const step of rest) {
    sum = tf.add(sum, convolveSeparable(x, step, 1))
    x = tf.relu(sum)
  }
  return x
}

const convolveSeparable = (x: Tensor4D, step: Separable, stride: 1 | 2): Tensor4D =>
  convolve(convolveDepthwise(x, step.depthwise, { stride }), step.pointwise)

function separable(weights: Weights, name: string): Separable {
  const filter = weights(`${name}/depthwise_filter`)
  const channels = filter.shape[2] as number
  return {
    depthwise: layer(filter, { shape: [channels], values: new Float32Array(channels) }),
    pointwise: layer(weights(`${name}/pointwise_filter`), weights(`${name}/bias`)),
  }
}
