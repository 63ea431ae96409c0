import type { Orientation } from './image-header.ts'
import type { Raster } from './raster.ts'

/**
 * Turns an image upright (EXIF 2.32 §4.6.4 tag 0x0112). For each orientation: where the upright pixel (x, y) lies in
 * the stored image whose last column is `right` and last row `bottom`.
 */
const sources: Record<
  Orientation,
  (x: number, y: number, right: number, bottom: number) => readonly [x: number, y: number]
> = {
  1: (x, y) => [x, y],
  2: (x, y, right) => [right - x, y],
  3: (x, y, right, bottom) => [right - x, bottom - y],
  4: (x, y, _right, bottom) => [x, bottom - y],
  5: (x, y) => [y, x],
  6: (x, y, _right, bottom) => [y, bottom - x],
  7: (x, y, right, bottom) => [right - y, bottom - x],
  8: (x, y, right) => [right - y, x],
}

export function orient(source: Raster, orientation: Orientation): Raster {
  if (orientation === 1) return source
  const turned = orientation >= 5
  const width = turned ? source.height : source.width
  const height = turned ? source.width : source.height
  const place = sources[orientation]
  const data = new Uint8Array(source.data.length)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = place(x, y, source.width - 1, source.height - 1)
      const from = (v * source.width + u) * 3
      const to = (y * width + x) * 3
      data[to] = source.data[from] as number
      data[to + 1] = source.data[from + 1] as number
      data[to + 2] = source.data[from + 2] as number
    }
  }
  return { width, height, data }
}
