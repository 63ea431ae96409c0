/** Photographs for tests: painted people (demo/portraits), small enough to be quick. */
import { paintPortrait, portrait, toJpeg } from '../../demo/portraits/portrait.ts'

export interface Photograph {
  readonly type: 'image/jpeg'
  readonly data: Buffer
}

/** The same person in another light and pose for every other `impression`. Persons 1, 2 and 3 resemble nobody. */
export const aFace = (person: number, impression = 0): Photograph => ({
  type: 'image/jpeg',
  data: portrait({ person, impression, width: 240 }),
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
    paintPortrait({ person: 1, width: 240 }),
    paintPortrait({ person: 2, width: 240 }),
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
  data: portrait({ person: 1, width: 84 }),
})
