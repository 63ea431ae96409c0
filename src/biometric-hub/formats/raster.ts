/** An image in memory: 8-bit RGB, row-major, interleaved, sRGB as captured. */
export interface Raster {
  readonly width: number
  readonly height: number
  /** `width * height * 3` bytes. */
  readonly data: Uint8Array
}
/** Maps a point of the destination to one of the source: `[x', y'] = [a x - b y + tx, b x + a y + ty]`. */
export interface Similarity {
  readonly a: number
  readonly b: number
  readonly tx: number
  readonly ty: number
}

/** Averages blocks of `factor` x `factor` pixels; a rest at the right and bottom edge is dropped. */
export function shrink(source: Raster, factor: number): Raster {
  if (factor <= 1) return source
  const width = Math.max(1, Math.floor(source.width / factor))
  const height = Math.max(1, Math.floor(source.height / factor))
  const across = Math.min(factor, source.width)
  const down = Math.min(factor, source.height)
  const data = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const mean = meanOfBlock(source, x * factor, y * factor, across, down)
      data.set(mean, (y * width + x) * 3)
    }
  }
  return { width, height, data }
}

/** The largest integer shrink that keeps the long side at or above `pixels`. */
export function shrinkFactor(source: Raster, pixels: number): number {
  return Math.max(1, Math.floor(Math.max(source.width, source.height) / pixels))
}

/**
 * `size` x `size` x 3 floats 0..255: bilinear samples of `source` at `place` of each pixel centre; black outside.
 * Where the map shrinks by 2 or more, the source is averaged first, so that nothing aliases.
 */
export function resample(source: Raster, size: number, place: Similarity): Float32Array {
  const factor = Math.max(1, Math.floor(Math.hypot(place.a, place.b)))
  const from = shrink(source, factor)
  const out = new Float32Array(size * size * 3)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const u = (place.a * (x + 0.5) - place.b * (y + 0.5) + place.tx) / factor - 0.5
      const v = (place.b * (x + 0.5) + place.a * (y + 0.5) + place.ty) / factor - 0.5
      sample(from, u, v, out, (y * size + x) * 3)
    }
  }
  return out
}

/** Rec. 601 luma 0..255 of the pixel at `offset`. */
export const luma = (data: ArrayLike<number>, offset: number): number =>
  0.299 * (data[offset] ?? 0) + 0.587 * (data[offset + 1] ?? 0) + 0.114 * (data[offset + 2] ?? 0)

function meanOfBlock(source: Raster, left: number, top: number, across: number, down: number) {
  let red = 0
  let green = 0
  let blue = 0
  for (let y = top; y < top + down; y++) {
    let at = (y * source.width + left) * 3
    for (let x = 0; x < across; x++, at += 3) {
      red += source.data[at] as number
      green += source.data[at + 1] as number
      blue += source.data[at + 2] as number
    }
  }
  const pixels = across * down
  return [Math.round(red / pixels), Math.round(green / pixels), Math.round(blue / pixels)]
}

function sample(source: Raster, u: number, v: number, out: Float32Array, at: number): void {
  const { width, height, data } = source
  if (!(u > -1 && v > -1 && u < width && v < height)) return
  const left = Math.max(0, Math.min(width - 1, Math.floor(u)))
  const top = Math.max(0, Math.min(height - 1, Math.floor(v)))
  const right = Math.min(width - 1, left + 1)
  const bottom = Math.min(height - 1, top + 1)
  const x = Math.max(0, Math.min(1, u - left))
  const y = Math.max(0, Math.min(1, v - top))
  for (let channel = 0; channel < 3; channel++) {
    const pixel = (column: number, row: number) =>
      data[(row * width + column) * 3 + channel] as number
    const upper = pixel(left, top) * (1 - x) + pixel(right, top) * x
    const lower = pixel(left, bottom) * (1 - x) + pixel(right, bottom) * x
    out[at + channel] = upper * (1 - y) + lower * y
  }
}
