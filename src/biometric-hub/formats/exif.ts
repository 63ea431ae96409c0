import type { Orientation } from './image-header.ts'

const orientationTag = 0x0112
const shortType = 3

/**
 * The orientation in an APP1 segment's content (EXIF 2.32 §4.5: "Exif\0\0", then a TIFF header and its first
 * directory). Undefined when the segment is something else or damaged: a picture is not refused for its metadata.
 */
export function readExifOrientation(segment: Uint8Array): Orientation | undefined {
  const tiff = 6
  if (segment.length < tiff + 14) return undefined
  if (Buffer.from(segment.subarray(0, tiff)).toString('latin1') !== 'Exif\0\0') return undefined
  const view = new DataView(segment.buffer, segment.byteOffset + tiff, segment.length - tiff)
  const order = view.getUint16(0)
  if (order !== 0x4949 && order !== 0x4d4d) return undefined
  const little = order === 0x4949
  if (view.getUint16(2, little) !== 42) return undefined
  const directory = view.getUint32(4, little)
  if (directory + 2 > view.byteLength) return undefined
  const entries = view.getUint16(directory, little)
  for (let index = 0; index < entries; index++) {
    const at = directory + 2 + index * 12
    if (at + 12 > view.byteLength) return undefined
    if (view.getUint16(at, little) !== orientationTag) continue
    if (view.getUint16(at + 2, little) !== shortType) return undefined
    const value = view.getUint16(at + 8, little)
    return value >= 1 && value <= 8 ? (value as Orientation) : undefined
  }
  return undefined
}
