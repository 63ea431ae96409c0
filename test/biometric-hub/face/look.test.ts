import test from 'ava'
import { readPortrait } from '../../../demo/portraits/read.ts'
import { openFaceApi } from '../../../src/biometric-hub/face/face-api/open.ts'
import { tf } from '../../../src/biometric-hub/face/face-api/tensorflow.ts'
import { type Look, lookAtFace } from '../../../src/biometric-hub/face/look.ts'
import { distanceBetween } from '../../../src/biometric-hub/face/score.ts'
import { decodeImage } from '../../../src/biometric-hub/formats/decode-image.ts'
import { changed, fromJpeg, sideBySide, toJpeg, withExif } from '../../support/images.ts'

const encoder = await openFaceApi()
const plain = readPortrait(1, 0)
const pixels = fromJpeg(plain)
const look = (image: Uint8Array): Extract<Look, { outcome: 'seen' }> => {
  const seen = lookAtFace(encoder, image)
  if (seen.outcome !== 'seen') throw new Error(seen.fault)
  return seen
}

test('the model is named by its files', (t) => {
  t.is(encoder.name, 'face-api')
  t.regex(encoder.modelHash, /^[0-9a-f]{64}$/)
  t.is(encoder.dimensions, 128)
})

test('the same picture gives the same template, and no tensor stays behind', (t) => {
  const first = look(plain)
  t.is(first.template.length, 128)
  const { numTensors } = tf.memory()
  for (let round = 0; round < 3; round++) t.deepEqual(look(plain), first)
  t.is(tf.memory().numTensors, numTensors)
})

test('one person is nearer to itself than to another', (t) => {
  const [ann, again, ben] = [plain, readPortrait(1, 1), readPortrait(2, 0)].map(
    (image) => look(image).template,
  ) as [Float32Array, Float32Array, Float32Array]
  t.true(distanceBetween(ann, again) < 0.4)
  t.true(distanceBetween(ann, ben) > distanceBetween(ann, again) + 0.2)
})

test('a picture that lies on its side is the same one', (t) => {
  const { width, height, data } = pixels
  const turned = Buffer.alloc(data.length)
  // Turned left by 90 degrees, which EXIF orientation 6 undoes.
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = ((width - 1 - x) * height + y) * 4
      turned.set(data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4), to)
    }
  }
  const sideways = toJpeg({ width: height, height: width, data: turned }, 95)
  const upright = look(withExif(sideways, 6, 'big'))
  t.true(distanceBetween(upright.template, look(plain).template) < 0.1)
  t.true(Math.abs(upright.box.x - look(plain).box.x) < 10)
})

test('a large picture is looked at smaller; the box is in its own pixels', (t) => {
  const factor = 4
  const { width, height, data } = pixels
  const large = Buffer.alloc(width * height * factor ** 2 * 4, 255)
  for (let y = 0; y < height * factor; y++) {
    for (let x = 0; x < width * factor; x++) {
      const from = (Math.floor(y / factor) * width + Math.floor(x / factor)) * 4
      large.set(data.subarray(from, from + 3), (y * width * factor + x) * 4)
    }
  }
  const jpeg = toJpeg({ width: width * factor, height: height * factor, data: large }, 80)
  const seen = look(jpeg)
  const small = look(plain)
  t.true(Math.abs(seen.box.width / small.box.width - factor) < 0.3)
  t.true(distanceBetween(seen.template, small.template) < 0.2)
})

test('two faces are two', (t) => {
  const ben = fromJpeg(readPortrait(2, 0))
  const two = toJpeg(sideBySide(pixels, ben))
  t.deepEqual(lookAtFace(encoder, two), { outcome: 'unusable', fault: 'several-faces' })
  const decoded = decodeImage(two)
  if (decoded.outcome !== 'decoded') return t.fail()
  const faces = encoder.detect(decoded.raster)
  t.is(faces.length, 2)
  const [left, right] = faces.toSorted((a, b) => a.box.x - b.box.x)
  t.true((left?.box.x ?? 999) < 400 && (right?.box.x ?? 0) > 400)
})

test('an encoder that makes no numbers makes no template', (t) => {
  const broken = { ...encoder, encode: () => Float32Array.of(0, Number.NaN) }
  t.throws(() => lookAtFace(broken, plain), { message: /no template/ })
})

test('quality falls with what is wrong, and says what', (t) => {
  const good = look(plain)
  t.true(good.quality > 70)
  t.deepEqual(good.advice, [])
  for (const [fault, advice] of [
    [{ blur: 9 }, 'hub.advice.hold-still'],
    [{ change: (value: number) => value * 0.35 }, 'hub.advice.more-contrast'],
    [{ change: (value: number) => value * 2.2 }, 'hub.advice.less-light'],
  ] as const) {
    const worse = look(toJpeg(changed(pixels, fault)))
    t.true(worse.quality < good.quality - 15, advice)
    t.is(worse.advice[0], advice)
  }
})
