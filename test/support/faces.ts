/**
 * Photographs for tests: what the project carries, or the workspace's sample photographs where they lie beside it.
 */
import { globSync, readFileSync } from 'node:fs'

export interface Photograph {
  readonly type: 'image/jpeg' | 'image/png'
  readonly data: Buffer
}
const folders = ['demo/portraits', '../shared/data/face']

/** Files of one person each, two shots of some; none where no folder has any. */
export function faces(): readonly Photograph[] {
  const found = folders.map((folder) => globSync(`${folder}/*.{jpg,png}`).sort())
  return (found.find((paths) => paths.length > 0) ?? []).map((path) => ({
    type: path.endsWith('.png') ? 'image/png' : 'image/jpeg',
    data: readFileSync(path),
  }))
}
