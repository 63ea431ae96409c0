import test from 'ava'
import fc from 'fast-check'
import { isWithinBounds } from '../../../src/registry/packet/json-bounds.ts'

const loose = { depthMax: 1000, valuesMax: 100_000 }

test('counts nesting, not braces inside of strings', (t) => {
  t.true(isWithinBounds('{"a":"[[[[{{{{"}', { ...loose, depthMax: 1 }))
  t.true(isWithinBounds('{"a":"\\"[[[["}', { ...loose, depthMax: 1 }))
  t.true(isWithinBounds('{"a":"\\\\"}', { ...loose, depthMax: 1 }))
  t.false(isWithinBounds('{"a":"\\\\",[[]]', { ...loose, depthMax: 2 }))
  t.false(isWithinBounds('[[[]]]', { ...loose, depthMax: 2 }))
  t.true(isWithinBounds('[[],[]]', { ...loose, depthMax: 2 }))
})

test('counts values', (t) => {
  t.true(isWithinBounds('[1,2,3]', { ...loose, valuesMax: 4 }))
  t.false(isWithinBounds('[1,2,3]', { ...loose, valuesMax: 3 }))
})

test('a string without an end ends', (t) => t.true(isWithinBounds('{"aaaa', loose)))

test('whatever the JSON, depth is what a parser finds', (t) => {
  const depthOf = (value: unknown): number =>
    typeof value !== 'object' || value === null
      ? 0
      : 1 + Math.max(0, ...Object.values(value).map(depthOf))
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const depth = depthOf(JSON.parse(text))
      const within = (depthMax: number) => isWithinBounds(text, { ...loose, depthMax })
      return within(depth) && (depth === 0 || !within(depth - 1))
    }),
    { numRuns: 1000 },
  )
  t.pass()
})

test('megabytes of string cost little', (t) => {
  const text = `{"data":"${'A'.repeat(7_000_000)}"}`
  const start = performance.now()
  t.true(isWithinBounds(text, loose))
  t.true(performance.now() - start < 200)
})
