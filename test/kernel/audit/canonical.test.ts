import test from 'ava'
import fc from 'fast-check'
import { canonicalJson, type Json } from '../../../src/kernel/audit/canonical.ts'

test('RFC 8785 §3.2.3: members by UTF-16 code units', (t) => {
  const members = {
    '€': 'Euro Sign',
    '\r': 'Carriage Return',
    '\ufb33': 'Hebrew Letter Dalet With Dagesh',
    '1': 'One',
    '\ud83d\ude00': 'Emoji: Grinning Face',
    '\u0080': 'Control',
    ö: 'Latin Small Letter O With Diaeresis',
  }
  const values = Object.values(JSON.parse(canonicalJson(members)) as Record<string, string>)
  t.deepEqual(
    values.slice(1).sort(),
    Object.values(members)
      .filter((value) => value !== 'One')
      .sort(),
  )
  t.is(
    canonicalJson(members),
    '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
  )
})

test('RFC 8785 §3.2.2 and appendix B: literals, strings, numbers', (t) => {
  t.is(canonicalJson([true, false]), '[true,false]')
  t.is(canonicalJson('\u20ac$\u000F\nA\'B"\\\\"/'), '"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"')
  for (const [number, text] of [
    [333333333.3333333, '333333333.3333333'],
    [1e30, '1e+30'],
    [4.5, '4.5'],
    [2e-3, '0.002'],
    [1e-27, '1e-27'],
    [-0, '0'],
    [9007199254740992, '9007199254740992'],
    [5e-324, '5e-324'],
  ] as const)
    t.is(canonicalJson(number), text)
})

test('what has no JSON is refused', (t) => {
  for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 'lone \ud800', { '\udc00': 1 }])
    t.throws(() => canonicalJson(wrong), { instanceOf: RangeError })
})

test('the order in which members were written does not matter, and nothing is lost', (t) => {
  const value: fc.Arbitrary<Json> = fc.oneof(
    fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.array(fc.string()),
  )
  fc.assert(
    fc.property(fc.dictionary(fc.string(), value), (members) => {
      const turned = Object.fromEntries(Object.entries(members).reverse())
      t.is(canonicalJson(turned), canonicalJson(members))
      const plain: unknown = JSON.parse(JSON.stringify(members))
      t.deepEqual(JSON.parse(canonicalJson(members)), plain)
    }),
  )
})
