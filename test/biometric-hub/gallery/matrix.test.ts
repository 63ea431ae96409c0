import test from 'ava'
import fc from 'fast-check'
import { createGallery } from '../../../src/biometric-hub/gallery/matrix.ts'

const dimensions = 8
const template = fc.array(fc.float({ min: -2, max: 2, noNaN: true }), {
  minLength: dimensions,
  maxLength: dimensions,
})
const flat = (templates: readonly (readonly number[])[]) => Float32Array.from(templates.flat())
const distance = (left: ArrayLike<number>, right: ArrayLike<number>) =>
  Math.sqrt(
    Array.from(left).reduce((sum, value, at) => sum + (value - (right[at] as number)) ** 2, 0),
  )

test('a search finds what a plain loop finds, in any order of loading and erasing', (t) => {
  fc.assert(
    fc.property(
      fc.array(template, { maxLength: 40 }),
      template,
      fc.float({ min: 0, max: 4, noNaN: true }),
      fc.nat(45),
      fc.uniqueArray(fc.integer({ min: 1, max: 40 })),
      fc.integer({ min: 1, max: 7 }),
      (templates, probe, maxDistance, below, gone, batch) => {
        const gallery = createGallery('m', dimensions)
        for (let from = 0; from < templates.length; from += batch) {
          const part = templates.slice(from, from + batch)
          const ordinals = part.map((_, at) => from + at + 1)
          gallery.append(from, ordinals, flat(part))
        }
        gallery.remove(gone, gone.length)
        const limit = 1000
        const found = gallery.search(Float32Array.from(probe), below, maxDistance, limit)
        const rows = templates
          .map((values, at) => ({ ordinal: at + 1, values: Float32Array.from(values) }))
          .filter(({ ordinal }) => ordinal < below && !gone.includes(ordinal))
        const expected = rows
          .map(({ ordinal, values }) => ({ ordinal, distance: distance(probe, values) }))
          .filter((row) => row.distance <= maxDistance)
        t.is(found.compared, rows.length)
        t.deepEqual(
          found.hits.map(({ ordinal }) => ordinal).toSorted((a, b) => a - b),
          expected.map(({ ordinal }) => ordinal),
        )
        const rising = found.hits.map((hit) => hit.distance)
        t.deepEqual(
          rising,
          rising.toSorted((a, b) => a - b),
        )
        const all = templates.filter((_, at) => !gone.includes(at + 1))
        t.is(gallery.state().live, all.length)
      },
    ),
    { numRuns: 300 },
  )
})

test('over several blocks, every template finds itself first', (t) => {
  const gallery = createGallery('m', 128)
  const rows = 9000
  const templates = new Float32Array(rows * 128)
  let state = 1
  for (let at = 0; at < templates.length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    templates[at] = state / 2 ** 32 - 0.5
  }
  gallery.append(
    0,
    [...Array(rows).keys()].map((at) => at + 1),
    templates,
  )
  for (const row of [0, 1, 4095, 4096, 8191, 8192, rows - 1]) {
    const probe = templates.slice(row * 128, (row + 1) * 128)
    const { compared, hits } = gallery.search(probe, rows + 1, 0.001, 5)
    t.is(compared, rows)
    t.deepEqual(hits, [{ ordinal: row + 1, distance: 0 }])
  }
})

test('the nearest are kept when there are more than asked for', (t) => {
  const gallery = createGallery('m', 1)
  gallery.append(0, [1, 2, 3, 4], Float32Array.of(0.4, 0.1, 0.3, 0.2))
  const { compared, hits } = gallery.search(Float32Array.of(0), 9, 1, 2)
  t.is(compared, 4)
  t.deepEqual(
    hits.map(({ ordinal }) => ordinal),
    [2, 4],
  )
})

test('rows that can not be compared are refused', (t) => {
  const gallery = createGallery('m', 2)
  gallery.append(0, [5], Float32Array.of(0, 1))
  const rows = Float32Array.of(0, 1)
  t.throws(() => gallery.append(4, [6], rows), { message: /follow on/ })
  t.throws(() => gallery.append(5, [5], rows), { message: /order/ })
  t.throws(() => gallery.append(5, [6], Float32Array.of(0)), { message: /length/ })
  t.throws(() => gallery.append(5, [6], Float32Array.of(0, Number.NaN)), { message: /no number/ })
  t.throws(() => gallery.search(Float32Array.of(Number.NaN, 0), 9, 1, 1), { message: /no number/ })
  t.throws(() => gallery.search(Float32Array.of(0), 9, 1, 1), { message: /length/ })
  t.is(gallery.state().live, 1)
})

test('an erasure that came before its row was loaded is passed over', (t) => {
  const gallery = createGallery('m', 1)
  gallery.append(0, [2, 4], Float32Array.of(0, 0))
  gallery.remove([3, 9], 2)
  t.like(gallery.state(), { live: 2, erasures: 2, lastOrdinal: 4 })
})
