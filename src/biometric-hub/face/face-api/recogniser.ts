/**
 * 128-dimensional face descriptor: a residual network of 29 convolutions (He et al. 2016; dlib's
 * `dlib_face_recognition_resnet_model_v1`, converted) on a 150 x 150 chip.
 */
import { type Raster, resample } from '../../formats/raster.ts'
import type { Landmarks } from '../encoder.ts'
import { alignToChip, chipSize } from './align.ts'
import { convolve, foldScale, through } from './layers.ts'
import { meanRgb } from './parameters.ts'
import { type Tensor2D, type Tensor4D, tf } from './tensorflow.ts'
import { type Layer, readWeights, toTensor, type Weights } from './weights.ts'

export const dimensions = 128
const blockNames = [
  ['conv32_1', 'conv32_2', 'conv32_3'],
  ['conv64_down', 'conv64_1', 'conv64_2', 'conv64_3'],
  ['conv128_down', 'conv128_1', 'conv128_2'],
  ['conv256_down', 'conv256_1', 'conv256_2', 'conv256_down_out'],
].flat()

interface Residual {
  readonly down: boolean
  readonly first: Layer
  readonly second: Layer
}
export interface RecogniserNetwork {
  readonly first: Layer
  readonly blocks: readonly Residual[]
  readonly full: Tensor2D
}

export function loadRecogniser(): RecogniserNetwork {
  const weights = readWeights('recogniser')
  return {
    first: scaled(weights, 'conv32_down'),
    blocks: blockNames.map((name) => ({
      down: name.includes('down'),
      first: scaled(weights, `${name}/conv1`),
      second: scaled(weights, `${name}/conv2`),
    })),
    full: toTensor(weights('fc')) as Tensor2D,
  }
}

/**
 * The mean of the descriptors of the chip and of its mirror image: a face is the same face in the mirror, and what the
 * network makes of the side that the light came from cancels out.
 */
export function describeFace(
  network: RecogniserNetwork,
  raster: Raster,
  landmarks: Landmarks,
): Float32Array {
  const pixels = resample(raster, chipSize, alignToChip(landmarks))
  const out = tf.tidy(() => {
    const chip = tf.tensor4d(pixels, [1, chipSize, chipSize, 3])
    const input = tf.concat([chip, tf.reverse(chip, 2)])
    const features = forward(network, tf.div(tf.sub(input, tf.tensor1d(meanRgb)), 255))
    const descriptors = tf.matMul(tf.mean(features, [1, 2]) as Tensor2D, network.full)
    return tf.mean(descriptors, 0)
  })
  const template = out.dataSync<'float32'>().slice()
  out.dispose()
  return template
}

function forward(network: RecogniserNetwork, input: Tensor4D): Tensor4D {
  let x = through(input, (from) =>
    convolve(from, network.first, { stride: 2, pad: 'valid', activation: 'relu' }),
  )
  x = through(x, (from) => tf.maxPool(from, 3, 2, 'valid'))
  for (const step of network.blocks) {
    x = through(x, (from) => (step.down ? residualDown(from, step) : residual(from, step)))
  }
  return x
}

function residual(x: Tensor4D, step: Residual): Tensor4D {
  const out = convolve(convolve(x, step.first, { activation: 'relu' }), step.second)
  return tf.relu(tf.add(out, x))
}

/** Halves the map; the shortcut is pooled, and the smaller of the two is padded with zeros in rows, columns, channels. */
function residualDown(x: Tensor4D, step: Residual): Tensor4D {
  const first = convolve(x, step.first, { stride: 2, pad: 'valid', activation: 'relu' })
  const out = convolve(first, step.second)
  const pooled = tf.avgPool(x, 2, 2, 'valid')
  const shape = out.shape.map((length, axis) => Math.max(length, pooled.shape[axis] as number))
  return tf.relu(tf.add(padTo(pooled, shape), padTo(out, shape)))
}

function padTo(x: Tensor4D, shape: readonly number[]): Tensor4D {
  const missing = shape.map((length, axis): [number, number] => [
    0,
    length - (x.shape[axis] as number),
  ])
  if (missing.every(([, after]) => after === 0)) return x
  return tf.pad(x, missing)
}

const scaled = (weights: Weights, name: string): Layer =>
  foldScale(
    weights(`${name}/conv/filters`),
    weights(`${name}/conv/bias`),
    weights(`${name}/scale/weights`),
    weights(`${name}/scale/biases`),
  )
