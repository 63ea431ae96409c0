/** Reads networks from the files of @vladmandic/face-api: a manifest of names, shapes and 8-bit quantisation, and one binary. */
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

/** A tensor by its name in the manifest. */
export type Weights = (name: string) => Tensor
/** Filter and bias of one convolution, whatever followed it at training time folded in. */
export interface Layer {
  readonly filter: Tensor4D
  readonly bias: Tensor
}
interface ModelFiles {
  readonly manifest: Buffer
  readonly binary: Buffer
}

export function readModelFiles(network: Network): ModelFiles {
  const require = createRequire(import.meta.url)
  const folder = join(dirname(require.resolve('@vladmandic/face-api/package.json')), 'model')
  const name = networks[network]
  return {
    manifest: readFileSync(join(folder, `${name}-weights_manifest.json`)),
    binary: readFileSync(join(folder, `${name}.bin`)),
  }
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

/** Builds a network inside a tidy: of all weights, only the tensors that `build` returns stay. */
export function loadNetwork<T extends object>(network: Network, build: (weights: Weights) => T): T {
  const { manifest, binary } = readModelFiles(network)
  const groups = JSON.parse(manifest.toString('utf8')) as Parameters<
    typeof tf.io.decodeWeights
  >[1][]
  const specs = groups.flatMap((group) => (group as unknown as { weights: typeof group }).weights)
  const bytes = new Uint8Array(binary).buffer
  return keepAll(() => {
    const named = tf.io.decodeWeights(bytes, specs)
    return build((name) => {
      const tensor = named[name]
      if (tensor === undefined) throw new Error(`${networks[network]} has no ${name}`)
      return tensor
    })
  })
}

function keepAll<T extends object>(build: () => T): T {
  tf.engine().startScope('weights')
  try {
    const built = build()
    for (const tensor of tensorsIn(built)) tf.keep(tensor)
    return built
  } finally {
    tf.engine().endScope()
  }
}

function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof tf.Tensor) return [value]
  if (value === null || typeof value !== 'object') return []
  return Object.values(value).flatMap(tensorsIn)
}
