/**
 * TensorFlow.js, its core and its WebAssembly back end only. The back end runs on one thread and finds its .wasm file
 * beside itself in node_modules; nothing is fetched.
 */
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
export const tf = require('@tensorflow/tfjs-core') as typeof import('@tensorflow/tfjs-core')
export type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'

/** Must be awaited once before any tensor is made. */
export async function startTensorflow(): Promise<void> {
  require('@tensorflow/tfjs-backend-wasm')
  if (!(await tf.setBackend('wasm'))) throw new Error('the WebAssembly back end did not start')
  await tf.ready()
}
