/** JPEG and PNG to pixels, under caps that are checked on the header first. Runs in the worker thread only. */
import { inflateSync } from 'node:zlib'
import jpeg from 'jpeg-js'
import { PNG } from 'pngjs'
import { type ImageHeader, readImageHeader } from './image-header.ts'
import { orient } from './orient.ts'
import {
  maxFileBytes,
  maxJpegMemory,
  maxPixels,
  maxSide,
  minSide,
  workingSide,
} from './parameters.ts'
import { type Raster, shrink, shrinkFactor } from './raster.ts'

export type DecodedImage =
  | {
      readonly outcome: 'decoded'
      /** Upright, at most about twice `workingSide` long. */
      readonly raster: Raster
      /** Pixels of the image for one of the raster. */
      readonly scale: number
    }
  | { readonly outcome: 'unusable'; readonly fault: 'not-an-image' | 'too-large' | 'no-face' }

export function decodeImage(bytes: Uint8Array): DecodedImage {
  if (bytes.length > maxFileBytes) return { outcome: 'unusable', fault: 'too-large' }
  const header = readImageHeader(bytes)
  if (header === undefined) return { outcome: 'unusable', fault: 'not-an-image' }
  const { width, height } = header
  if (width === 0 || height === 0) return { outcome: 'unusable', fault: 'not-an-image' }
  if (width * height > maxPixels || Math.max(width, height) > maxSide) {
    return { outcome: 'unusable', fault: 'too-large' }
  }
  if (Math.min(width, height) < minSide) return { outcome: 'unusable', fault: 'no-face' }
  const pixels = decode(bytes, header)
  // A decoder that found other dimensions than the header's read another header.
  if (pixels?.width !== width || pixels.height !== height) {
    return { outcome: 'unusable', fault: 'not-an-image' }
  }
  const scale = shrinkFactor(pixels, workingSide)
  return { outcome: 'decoded', raster: orient(shrink(pixels, scale), header.orientation), scale }
}

/** Undefined for damaged data: both decoders report it by throwing. */
function decode(bytes: Uint8Array, header: ImageHeader): Raster | undefined {
  try {
    return header.type === 'jpeg' ? decodeJpeg(bytes) : decodePng(bytes, header)
  } catch {
    return undefined
  }
}

const decodeJpeg = (bytes: Uint8Array): Raster =>
  jpeg.decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: maxPixels / 1e6,
    maxMemoryUsageInMB: maxJpegMemory,
  })

/** Transparent pixels lie on white. */
function decodePng(bytes: Uint8Array, header: ImageHeader): Raster {
  refuseInterlacedBomb(bytes, header)
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes))
  const rgb = new Uint8Array(width * height * 3)
  for (let from = 0, to = 0; from < data.length; from += 4, to += 3) {
    const alpha = (data[from + 3] as number) / 255
    for (let channel = 0; channel < 3; channel++) {
      rgb[to + channel] = Math.round((data[from + channel] as number) * alpha + 255 * (1 - alpha))
    }
  }
  return { width, height, data: rgb }
}

/** pngjs bounds what it inflates by the image's size, but not when the image is interlaced. */
function refuseInterlacedBomb(bytes: Uint8Array, { width, height }: ImageHeader): void {
  if (bytes[28] === 0) return
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const data: Uint8Array[] = []
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at)
    if (at + 12 + length > bytes.length) break
    if (view.getUint32(at + 4) === 0x49444154) data.push(bytes.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  // Seven passes of at most 8 bytes a pixel and one filter byte a row.
  inflateSync(Buffer.concat(data), { maxOutputLength: width * height * 8 + 7 * (height + 8) })
}
