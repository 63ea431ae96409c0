/** Photographs for tests: painted people (demo/portraits), small enough to be quick. */
import { portrait } from '../../demo/portraits/portrait.ts'

export interface Photograph {
  readonly type: 'image/jpeg'
  readonly data: Buffer
}

/** The same person in another light and pose for every other `impression`. Persons 1, 2 and 3 resemble nobody. */
export const aFace = (person: number, impression = 0): Photograph => ({
  type: 'image/jpeg',
  data: portrait({ person, impression, width: 240 }),
})
