/** Networks from the files of @vladmandic/face-api: a manifest of names, shapes and 8-bit quantisation, and one binary each. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { type Tensor, type Tensor4D, tf } from './tensorflow.ts'

export const networks = {
  detector: 'ssd_mobilenetv1_model',
  landmarks: 'face_landmark_68_model',
  recogniser: 'face_recognition_model',
} as const
export type Network = keyof typeof networks

/** Numbers of one tensor of the manifest. */
export interface Numbers {
  readonly shape: readonly number[]
  readonly values: Float32Array
}
/** By its name in the manifest; decoded at each call, so that no more is in memory than is asked for. */
export type Weights = (name: string) => Numbers
/** Filter and bias of one convolution, whatever followed it at training time folded in. */
export interface Layer {
  readonly filter: Tensor4D
  readonly bias: Tensor
}
interface Entry {
  readonly name: string
  readonly shape: readonly number[]
  readonly dtype: string
  readonly quantization?: { readonly scale: number; readonly min: number; readonly dtype: string }
}

/** Lower-case hex SHA-256 over `revision` and the files, in the order of `networks`. */
export function hashModel(revision: string): string {
  const hash = createHash('sha256').update(`${revision}\n`)
  for (const network of Object.keys(networks) as Network[]) {
    const { manifest, binary } = readModelFiles(network)
    hash.update(`${networks[network]} ${manifest.length} ${binary.length}\n`)
    hash.update(manifest).update(binary)
  }
  return hash.digest('hex')
}

/** Opens a network's numbers: TensorFlow.js' manifest, weights one after the other in one file. */
export function readWeights(network: Network): Weights {
  const { manifest, binary } = readModelFiles(network)
  const groups = JSON.parse(manifest.toString('utf8')) as { weights: Entry[] }[]
  const places = new Map<string, { entry: Entry; offset: number }>()
  let offset = 0
  for (const entry of groups.flatMap(({ weights }) => weights)) {
    places.set(entry.name, { entry, offset })
    offset += count(entry) * (entry.quantization === undefined ? 4 : 1)
  }
  if (offset !== binary.length) throw new Error(`${networks[network]} is not what it says`)
  return (name) => {
    const place = places.get(name)
    if (place === undefined) throw new Error(`${networks[network]} has no ${name}`)
    return { shape: place.entry.shape, values: decode(place.entry, binary, place.offset) }
  }
}

/** Numbers that live as long as the network. */
export const toTensor = ({ values, shape }: Numbers): Tensor =>
  tf.keep(tf.tensor(values, [...shape], 'float32'))

interface ModelFiles {
  readonly manifest: Buffer
  readonly binary: Buffer
}
function readModelFiles(network: Network): ModelFiles {
  const require = createRequire(import.meta.url)
  const folder = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model')
  const name = networks[network]
  return {
    manifest: readFileSync(join(folder, `${name}-weights_manifest.json`)),
    binary: readFileSync(join(folder, `${name}.bin`)),
  }
}

/** Plain loops: `Float32Array.from` goes through a list that is ten times as large. */
function decode(entry: Entry, binary: Buffer, offset: number): Float32Array {
  const values = new Float32Array(count(entry))
  const { quantization } = entry
  if (quantization === undefined) {
    for (let at = 0; at < values.length; at++) values[at] = binary.readFloatLE(offset + at * 4)
    return values
  }
  if (quantization.dtype !== 'uint8') throw new Error(`${entry.name} is coded otherwise`)
  const { scale, min } = quantization
  for (let at = 0; at < values.length; at++) {
    values[at] = (binary[offset + at] as number) * scale + min
  }
  return values
}
const count = (entry: Entry): number => entry.shape.reduce((product, side) => product * side, 1)
