/** Reads what the first bytes promise (type, size, orientation) without decoding anything. */
import { readExifOrientation } from './exif.ts'

/** EXIF 2.32 §4.6.4 tag 0x0112: 1 upright, 2..8 mirrored or turned. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
export interface ImageHeader {
  readonly type: 'jpeg' | 'png'
  readonly width: number
  readonly height: number
  readonly orientation: Orientation
}
/** Segments before the first scan; more is an attack on the loop. */
const maxSegments = 1000
const signatures = { jpeg: [0xff, 0xd8, 0xff], png: [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10] }
/** Frames that jpeg-js decodes: baseline, extended and progressive Huffman (ITU-T T.81 table B.1). */
const decodableFrames: readonly number[] = [0xc0, 0xc1, 0xc2]
const markers = { startOfScan: 0xda, endOfImage: 0xd9, app1: 0xe1 } as const

/** Undefined when the bytes are no JPEG or PNG, are cut off, or use a coding that is not supported. */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (startsWith(bytes, signatures.png)) return readPng(view)
  if (startsWith(bytes, signatures.jpeg)) return readJpeg(bytes, view)
  return undefined
}

/** W3C PNG §11.2.2: IHDR comes first, 13 bytes. */
function readPng(view: DataView): ImageHeader | undefined {
  if (view.byteLength < 33) return undefined
  if (view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49484452) return undefined
  return { type: 'png', width: view.getUint32(16), height: view.getUint32(20), orientation: 1 }
}

/** ITU-T T.81 §B.2: marker segments up to the first scan. */
function readJpeg(bytes: Uint8Array, view: DataView): ImageHeader | undefined {
  let frame: { width: number; height: number } | undefined
  let orientation: Orientation = 1
  let at = 2
  for (let count = 0; count < maxSegments; count++) {
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++
    if (at + 4 > bytes.length || bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] as number
    const length = view.getUint16(at + 2)
    const end = at + 2 + length
    if (length < 2 || end > bytes.length) return undefined
    if (marker === markers.startOfScan) {
      if (frame === undefined || !hasEnd(bytes, end)) return undefined
      return { type: 'jpeg', ...frame, orientation }
    }
    if (isFrame(marker)) {
      if (frame !== undefined || !decodableFrames.includes(marker) || length < 8) return undefined
      if (bytes[at + 4] !== 8) return undefined
      frame = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) }
    }
    if (marker === markers.app1) {
      orientation = readExifOrientation(bytes.subarray(at + 4, end)) ?? orientation
    }
    at = end
  }
  return undefined
}

/** C0..CF without the tables (C4, CC) and the reserved C8. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/** A file that was cut off lacks its last marker; decoders fill the rest with grey and say nothing. */
function hasEnd(bytes: Uint8Array, from: number): boolean {
  for (let at = bytes.length - 2; at >= from; at--) {
    if (bytes[at] === 0xff && bytes[at + 1] === markers.endOfImage) return true
  }
  return false
}

const startsWith = (bytes: Uint8Array, signature: readonly number[]): boolean =>
  signature.every((byte, index) => bytes[index] === byte)
