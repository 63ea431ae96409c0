/** Pictures for tests, and pictures that were tampered with. */
import { crc32 } from 'node:zlib'
import jpeg from 'jpeg-js'
import { PNG } from 'pngjs'

export interface Pixels {
  readonly width: number
  readonly height: number
  /** RGBA for `toJpeg` and `aPng`. */
  readonly data: Uint8Array
}

export function aGradient(width: number, height: number): Pixels {
  const data = Buffer.alloc(width * height * 4, 255)
  for (let at = 0; at < width * height; at++) {
    data[at * 4] = ((at % width) * 255) / width
    data[at * 4 + 1] = (Math.floor(at / width) * 255) / height
    data[at * 4 + 2] = 128
  }
  return { width, height, data }
}
export const toJpeg = (pixels: Pixels, quality = 85): Buffer =>
  Buffer.from(jpeg.encode({ ...pixels, data: Buffer.from(pixels.data) }, quality).data)
export function aPng(pixels: Pixels): Buffer {
  const png = new PNG({ width: pixels.width, height: pixels.height })
  png.data.set(pixels.data)
  return PNG.sync.write(png)
}
export function fromJpeg(bytes: Buffer): Pixels {
  return jpeg.decode(bytes, { useTArray: true })
}
/** Both beside each other; of the same height. */
export function sideBySide(left: Pixels, right: Pixels): Pixels {
  const width = left.width + right.width
  const data = Buffer.alloc(width * left.height * 4)
  for (let y = 0; y < left.height; y++) {
    const row = (of: Pixels) => of.data.subarray(y * of.width * 4, (y + 1) * of.width * 4)
    data.set(row(left), y * width * 4)
    data.set(row(right), (y * width + left.width) * 4)
  }
  return { width, height: left.height, data }
}
/** Applies `change` to each colour value; the mean of a square of `blur` pixels is its input. */
export function changed(
  pixels: Pixels,
  {
    blur = 1,
    change = (value: number) => value,
  }: { blur?: number; change?: (v: number) => number },
): Pixels {
  const { width, height } = pixels
  const data = Buffer.alloc(width * height * 4, 255)
  const reach = Math.floor(blur / 2)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0
        let count = 0
        for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++) {
          for (let u = Math.max(0, x - reach); u <= Math.min(width - 1, x + reach); u++) {
            sum += pixels.data[(v * width + u) * 4 + channel] as number
            count += 1
          }
        }
        data[(y * width + x) * 4 + channel] = Math.max(0, Math.min(255, change(sum / count)))
      }
    }
  }
  return { width, height, data }
}

export function pngChunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(content.length, 0)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}
/** The same file with other numbers in its frame header (ITU-T T.81 §B.2.2). */
export function withFrameSize(bytes: Buffer, width: number, height: number): Buffer {
  const copy = Buffer.from(bytes)
  const at = copy.indexOf(Buffer.from([0xff, 0xc0]))
  copy.writeUInt16BE(height, at + 5)
  copy.writeUInt16BE(width, at + 7)
  return copy
}
/** With an APP1 segment in front whose only entry is the orientation (EXIF 2.32 §4.6.4). */
export function withExif(bytes: Buffer, orientation: number, order: 'little' | 'big'): Buffer {
  const tiff = Buffer.alloc(26)
  const short = (value: number, at: number) =>
    order === 'little' ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at)
  const long = (value: number, at: number) =>
    order === 'little' ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at)
  tiff.write(order === 'little' ? 'II' : 'MM', 'latin1')
  short(42, 2)
  long(8, 4)
  short(1, 8)
  short(0x0112, 10)
  short(3, 12)
  long(1, 14)
  short(orientation, 18)
  const content = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff])
  const head = Buffer.from([0xff, 0xe1, 0, content.length + 2])
  return Buffer.concat([bytes.subarray(0, 2), head, content, bytes.subarray(2)])
}
