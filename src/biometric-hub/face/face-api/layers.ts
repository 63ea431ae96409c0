/** The few layers that the three networks are made of. Each frees its input as soon as it is used: see `through`. */
import { type Tensor4D, tf } from './tensorflow.ts'
import { type Layer, type Numbers, toTensor } from './weights.ts'

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
 * rather than all of them until its end.
 */
export function through(x: Tensor4D, step: (x: Tensor4D) => Tensor4D): Tensor4D {
  const out = tf.tidy(() => step(x))
  x.dispose()
  return out
}

/** A convolution whose output is multiplied and shifted channel by channel (its last axis) is a convolution. */
export function foldScale(filter: Numbers, bias: Numbers, factor: Numbers, shift: Numbers): Layer {
  const channels = factor.values.length
  return layer(
    { ...filter, values: filter.values.map((value, at) => value * number(factor, at % channels)) },
    {
      ...bias,
      values: bias.values.map((value, at) => value * number(factor, at) + number(shift, at)),
    },
  )
}

export const layer = (filter: Numbers, bias: Numbers): Layer => ({
  filter: toTensor(filter) as Tensor4D,
  bias: toTensor(bias),
})

const number = (numbers: Numbers, index: number): number => numbers.values[index] as number
