/**
 * Faces for the story: photographs of real people where the folder `../shared/data/face` lies beside the project, otherwise
 * portraits of people who do not exist, which the project may carry.
 */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Photographs {
  readonly from: string
  /** Two pictures of one person. */
  readonly amina: readonly [Buffer, Buffer]
  /** Somebody else. */
  readonly bashir: Buffer
  /** No face at all. */
  readonly nobody: Buffer
}

const root = join(import.meta.dirname, '..', '..')

export function photographs(): Photographs {
  const real = join(root, '..', 'shared', 'data', 'face')
  const drawn = join(root, 'demo', 'portraits')
  const [first, second, other] = globSync('person[12]_[12].jpg', { cwd: real })
    .sort()
    .map((name) => join(real, name))
  const nobody = readFileSync(join(root, 'demo', 'story', 'no-face.png'))
  if (first !== undefined && second !== undefined && other !== undefined) {
    const amina = [readFileSync(first), readFileSync(second)] as const
    return { from: 'photographs', amina, bashir: readFileSync(other), nobody }
  }
  const [one = '', again = '', somebody = ''] = globSync('person-0[12]-[01].jpg', { cwd: drawn })
    .sort()
    .map((name) => join(drawn, name))
  const amina = [readFileSync(one), readFileSync(again)] as const
  return { from: 'drawn portraits', amina, bashir: readFileSync(somebody), nobody }
}
