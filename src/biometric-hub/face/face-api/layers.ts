/** The few layers that the three networks are made of. Each frees its input as soon as it is used: see `through`. */
import { type Tensor, type Tensor4D, tf } from './tensorflow.ts'
import type { Layer } from './weights.ts'

type Activation = 'linear' | 'relu' | 'relu6'
interface ConvolutionOptions {
  readonly stride?: 1 | 2
  readonly pad?: 'same' | 'valid'
  readonly activation?: Activation
}

export const convolve = (x: Tensor4D, layer: Layer, options: ConvolutionOptions = {}): Tensor4D =>
  tf.fused.conv2d({
    x,
    filter: layer.filter,
    strides: options.stride ?? 1,
    pad: options.pad ?? 'same',
    bias: layer.bias,
    activation: options.activation ?? 'linear',
  })

export const convolveDepthwise = (
  x: Tensor4D,
  layer: Layer,
  options: ConvolutionOptions = {},
): Tensor4D =>
  tf.fused.depthwiseConv2d({
    x,
    filter: layer.filter,
    strides: options.stride ?? 1,
    pad: options.pad ?? 'same',
    bias: layer.bias,
    activation: options.activation ?? 'linear',
  })

/**
 * Applies one step, frees what it made on the way and its input, so that a network holds two activations at a time
 * rather than all: 60 MB instead of 250 for the detector.
 */
export function through(x: Tensor4D, step: (x: Tensor4D) => Tensor4D): Tensor4D {
  const out = tf.tidy(() => step(x))
  x.dispose()
  return out
}

/** A convolution whose output is multiplied and shifted channel by channel is a convolution. */
export function foldScale(layer: Layer, factor: Tensor, shift: Tensor): Layer {
  return {
    filter: tf.mul(layer.filter, factor) as Tensor4D,
    bias: tf.add(tf.mul(layer.bias, factor), shift),
  }
}
/** The same for a depthwise filter, whose channels are its third axis. */
export function foldDepthwise(filter: Tensor, factor: Tensor, shift: Tensor): Layer {
  const [channels] = factor.shape
  const scaled = tf.mul(filter, tf.reshape(factor, [1, 1, channels as number, 1]))
  return { filter: scaled as Tensor4D, bias: shift }
}

export const layer = (filter: Tensor, bias: Tensor): Layer => ({
  filter: filter as Tensor4D,
  bias,
})
