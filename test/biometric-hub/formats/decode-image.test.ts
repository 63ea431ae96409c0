import { deflateSync } from 'node:zlib'
import test from 'ava'
import fc from 'fast-check'
import { PNG } from 'pngjs'
import { readPortrait } from '../../../demo/portraits/read.ts'
import { decodeImage } from '../../../src/biometric-hub/formats/decode-image.ts'
import { readImageHeader } from '../../../src/biometric-hub/formats/image-header.ts'
import {
  aGradient,
  aPng,
  type Pixels,
  pngChunk,
  toJpeg,
  withExif,
  withFrameSize,
} from '../../support/images.ts'

const notAnImage = { outcome: 'unusable', fault: 'not-an-image' }
const tooLarge = { outcome: 'unusable', fault: 'too-large' }

for (const [what, bytes] of [
  ['nothing', Buffer.alloc(0)],
  ['zeros', Buffer.alloc(4096)],
  ['text', Buffer.from('this is a photograph, honestly')],
  ['a GIF', Buffer.from('GIF89a\x01\x00\x01\x00\x80\x00\x00', 'latin1')],
  ['a JPEG signature alone', Buffer.from([0xff, 0xd8, 0xff])],
  ['a JPEG of end marker only', Buffer.from([0xff, 0xd8, 0xff, 0xd9])],
  ['a PNG signature alone', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])],
] as const) {
  test(`${what} is not an image`, (t) => {
    t.deepEqual(decodeImage(bytes), notAnImage)
  })
}

test('a JPEG that was cut off is not an image, wherever it was cut', (t) => {
  const whole = readPortrait(1)
  t.is(decodeImage(whole).outcome, 'decoded')
  for (const part of [0.01, 0.1, 0.3, 0.5, 0.9, 0.99]) {
    t.deepEqual(decodeImage(whole.subarray(0, whole.length * part)), notAnImage)
  }
})

test('a PNG that was cut off or altered is not an image', (t) => {
  const whole = aPng(aGradient(200, 100))
  t.is(decodeImage(whole).outcome, 'decoded')
  for (const part of [0.1, 0.5, 0.95]) {
    t.deepEqual(decodeImage(whole.subarray(0, whole.length * part)), notAnImage)
  }
  const altered = Buffer.from(whole)
  altered[60] = (altered[60] as number) ^ 1
  t.deepEqual(decodeImage(altered), notAnImage)
})

test('caps are checked on the header, before anything is decoded', (t) => {
  const header = (width: number, height: number) => {
    const content = Buffer.alloc(13)
    content.writeUInt32BE(width, 0)
    content.writeUInt32BE(height, 4)
    content.set([8, 6, 0, 0, 0], 8)
    return Buffer.concat([
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
      pngChunk('IHDR', content),
    ])
  }
  t.deepEqual(decodeImage(header(4_000_000_000, 4_000_000_000)), tooLarge)
  t.deepEqual(decodeImage(header(4200, 4200)), tooLarge)
  t.deepEqual(decodeImage(header(20_000, 60)), tooLarge)
  t.deepEqual(decodeImage(header(0, 100)), notAnImage)
  t.deepEqual(decodeImage(header(20, 500)), { outcome: 'unusable', fault: 'no-face' })
  const jpeg = toJpeg(aGradient(64, 64))
  t.deepEqual(decodeImage(withFrameSize(jpeg, 65_535, 65_535)), tooLarge)
  t.deepEqual(decodeImage(withFrameSize(jpeg, 0, 64)), notAnImage)
  t.deepEqual(decodeImage(Buffer.alloc(5 * 1024 * 1024 + 1, 0xff)), tooLarge)
})

test('an interlaced PNG that unpacks to more than its size is refused', (t) => {
  const content = Buffer.alloc(13)
  content.writeUInt32BE(64, 0)
  content.writeUInt32BE(64, 4)
  content.set([8, 6, 0, 0, 1], 8)
  const bomb = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    pngChunk('IHDR', content),
    pngChunk('IDAT', deflateSync(Buffer.alloc(200 * 1024 * 1024))),
    pngChunk('IEND', Buffer.alloc(0)),
  ])
  const before = process.memoryUsage().arrayBuffers
  t.deepEqual(decodeImage(bomb), notAnImage)
  t.true(process.memoryUsage().arrayBuffers - before < 20 * 1024 * 1024)
})

test('no bytes make it throw or answer with the wrong length', (t) => {
  const whole = toJpeg(aGradient(64, 80))
  const png = aPng(aGradient(64, 80))
  fc.assert(
    fc.property(
      fc.constantFrom(whole, png),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }),
      (from, changes) => {
        const bytes = Buffer.from(from)
        for (const [at, value] of changes) bytes[at % bytes.length] = value
        const decoded = decodeImage(bytes)
        if (decoded.outcome === 'unusable') return
        const { width, height, data } = decoded.raster
        t.is(data.length, width * height * 3)
      },
    ),
    { numRuns: 300 },
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      t.is(decodeImage(bytes).outcome, 'unusable')
    }),
  )
})

const corner = (pixels: Pixels, x: number, y: number) => {
  const column = x === 0 ? 4 : pixels.width - 5
  const row = y === 0 ? 4 : pixels.height - 5
  const at = (row * pixels.width + column) * 3
  return [...pixels.data.subarray(at, at + 3)].map((value) => (value > 128 ? 1 : 0)).join('')
}

for (const [orientation, corners, size] of [
  // Stored: red, green above blue, white; what a viewer shows upper left, upper right, lower left, lower right.
  [1, ['100', '010', '001', '111'], [80, 64]],
  [2, ['010', '100', '111', '001'], [80, 64]],
  [3, ['111', '001', '010', '100'], [80, 64]],
  [4, ['001', '111', '100', '010'], [80, 64]],
  [5, ['100', '001', '010', '111'], [64, 80]],
  [6, ['001', '100', '111', '010'], [64, 80]],
  [7, ['111', '010', '001', '100'], [64, 80]],
  [8, ['010', '111', '100', '001'], [64, 80]],
] as const) {
  for (const order of ['little', 'big'] as const) {
    test(`EXIF orientation ${orientation}, ${order}-endian`, (t) => {
      const [width, height] = [80, 64]
      const data = Buffer.alloc(width * height * 4, 255)
      for (let at = 0; at < width * height; at++) {
        const right = at % width >= width / 2
        const below = at / width >= height / 2
        if (!(right && below))
          data.set([right || below ? 0 : 255, right ? 255 : 0, below ? 255 : 0], at * 4)
      }
      const jpeg = withExif(toJpeg({ width, height, data }), orientation, order)
      const decoded = decodeImage(jpeg)
      if (decoded.outcome !== 'decoded') return t.fail(decoded.fault)
      const { raster } = decoded
      t.deepEqual([raster.width, raster.height], [...size])
      const seen = [
        corner(raster, 0, 0),
        corner(raster, 1, 0),
        corner(raster, 0, 1),
        corner(raster, 1, 1),
      ]
      t.deepEqual(seen, [...corners])
    })
  }
}

test('damaged metadata is passed over', (t) => {
  const jpeg = toJpeg(aGradient(64, 64))
  t.is(readImageHeader(withExif(jpeg, 9, 'big'))?.orientation, 1)
  t.is(readImageHeader(withExif(jpeg, 0, 'little'))?.orientation, 1)
  const wild = withExif(jpeg, 6, 'big')
  wild.writeUInt32BE(0xfffffff0, 2 + 4 + 6 + 4)
  t.is(readImageHeader(wild)?.orientation, 1)
})

test('transparency lies on white; a large picture is averaged down', (t) => {
  const clear = decodeImage(PNG.sync.write(new PNG({ width: 64, height: 64 })))
  if (clear.outcome !== 'decoded') return t.fail()
  t.true(clear.raster.data.every((value) => value === 255))
  const large = decodeImage(toJpeg(aGradient(3200, 200)))
  if (large.outcome !== 'decoded') return t.fail()
  t.deepEqual([large.raster.width, large.raster.height, large.scale], [1066, 66, 3])
})
