/** Photographs for tests: painted people (demo/portraits). */
import { paintPortrait, portrait, toJpeg } from '../../demo/portraits/portrait.ts'
import { readPortrait } from '../../demo/portraits/read.ts'
import { portraitSeeds } from '../../demo/portraits/seeds.ts'

export interface Photograph {
  readonly type: 'image/jpeg'
  readonly data: Buffer
}

const [firstSeed = 1, secondSeed = 2] = portraitSeeds

/**
 * Persons 1 to 12, of whom nobody resembles another; every `impression` but 0 shows
 * the same person in another light and pose.
 */
export const aFace = (person: number, impression = 0): Photograph => ({
  type: 'image/jpeg',
  data: readPortrait(person, impression === 0 ? 0 : 1),
})

/** Nobody in it. */
export const aWall = (): Photograph => {
  const [width, height] = [240, 300]
  const data = Buffer.alloc(width * height * 4, 255)
  for (let at = 0; at < data.length; at += 4) data.fill(120 + ((at >> 2) % width) / 4, at, at + 3)
  return { type: 'image/jpeg', data: toJpeg({ width, height, data }) }
}

/** Two people side by side. */
export const twoFaces = (): Photograph => {
  const [left, right] = [
    paintPortrait({ person: firstSeed, width: 240 }),
    paintPortrait({ person: secondSeed, width: 240 }),
  ]
  const row = left.width * 4
  const data = Buffer.concat(
    Array.from({ length: left.height }, (_, y) => [
      left.data.subarray(y * row, (y + 1) * row),
      right.data.subarray(y * row, (y + 1) * row),
    ]).flat(),
  )
  return { type: 'image/jpeg', data: toJpeg({ width: left.width * 2, height: left.height, data }) }
}

/** Found, but too far away to tell anybody by. */
export const aFarFace = (): Photograph => ({
  type: 'image/jpeg',
  data: portrait({ person: firstSeed, width: 84 }),
})
