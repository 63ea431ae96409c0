import { randomBytes } from 'node:crypto'
import test from 'ava'
import fc from 'fast-check'
import { capacity } from '../../../src/registry/identifiers/capacity.ts'
import {
  drawPrid,
  drawUin,
  drawVid,
  isPrid,
  isUin,
  isVid,
  masked,
  withoutSpaces,
} from '../../../src/registry/identifiers/identifiers.ts'
import {
  type Shape,
  type ShapeRule,
  shapeFault,
  shapeRules,
  uinRules,
} from '../../../src/registry/identifiers/shape-rules.ts'
import { checkDigit, hasValidCheckDigit } from '../../../src/registry/identifiers/verhoeff.ts'

const ten: Shape = { length: 10, rules: uinRules }

for (const [digits, check] of [
  ['236', '3'],
  ['12345', '1'],
  ['142857', '0'],
  ['123456789', '0'],
] as const) {
  test(`check digit of ${digits} is ${check}`, (t) => t.is(checkDigit(digits), check))
}

for (const uin of [
  '2619730692',
  '2548927136',
  '2631921496',
  '9472834157',
  '8179603915',
  '3983274954',
  '6907937517',
  '5498403795',
]) {
  test(`${uin} is a UIN under MOSIP's default rules`, (t) => t.true(isUin(ten, uin)))
}

for (const [text, fault] of [
  ['12345', 'length'],
  ['٢٦١٩٧٣٠٦٩٢', 'length'],
  ['0259374816', 'leading-zero-or-one'],
  ['2537891604', 'run-of-three'],
  ['2553947160', 'near-repeat'],
  ['2592583714', 'repeated-pair'],
  ['5948263071', 'three-even'],
  ['3578613952', 'restricted-number'],
  ['2619730693', 'check-digit'],
] as const) {
  test(`${text}: ${fault}`, (t) => t.is(shapeFault(ten, text), fault))
}

test('a UIN survives no single wrong digit and no swap of neighbours', (t) => {
  fc.assert(
    fc.property(fc.nat(10), fc.nat(9), (at, digit) => {
      const uin = drawUin({ length: 12, rules: uinRules }, randomBytes)
      const wrong = uin.slice(0, at) + digit + uin.slice(at + 1)
      const swapped = uin.slice(0, at) + uin[at + 1] + uin[at] + uin.slice(at + 2)
      return (
        (wrong === uin || !hasValidCheckDigit(wrong)) &&
        (swapped === uin || !hasValidCheckDigit(swapped))
      )
    }),
    { numRuns: 30 },
  )
  t.pass()
})

test('the rules that MOSIP has besides are implied', (t) => {
  const fits = (text: string) => !uinRules.some((rule) => shapeRules[rule].test(text))
  fc.assert(
    fc.property(
      fc.stringMatching(/^\d{5}$/),
      fc.stringMatching(/^\d{0,3}$/),
      (half, middle) => !fits(half + middle + half),
    ),
  )
  fc.assert(
    fc.property(fc.stringMatching(/^\d{5}$/), fc.stringMatching(/^\d?$/), (half, middle) => {
      const mirrored = half + middle + [...half].reverse().join('')
      const broken = uinRules.filter((rule) => shapeRules[rule].test(mirrored))
      return broken.some((rule) => rule !== 'mirrored-ends')
    }),
  )
  for (const cyclic of ['142857', '0588235294117647', '052631578947368421']) t.false(fits(cyclic))
})

test('draws are uniform: no leading digit has more than 1.2 times its fair share', (t) => {
  const count = new Map<string, number>()
  for (let i = 0; i < 4000; i++) {
    const lead = drawUin(ten, randomBytes).charAt(0)
    count.set(lead, (count.get(lead) ?? 0) + 1)
  }
  t.is(count.size, 8)
  t.true(Math.max(...count.values()) < (4000 / 8) * 1.2)
})

test('a broken random source is an assertion, not an endless loop', (t) => {
  t.throws(() => drawUin(ten, (bytes) => new Uint8Array(bytes)), { message: /no acceptable draw/ })
})

test('VID and PRID have their own shapes', (t) => {
  for (let i = 0; i < 5; i++) {
    t.true(isVid(drawVid(randomBytes)))
    t.true(isPrid(drawPrid(randomBytes)))
  }
  t.false(isVid(drawPrid(randomBytes)))
})

/** Independent of capacity.ts: every body, every rule, by regular expression. */
function enumerate(shape: Shape): bigint {
  let count = 0n
  for (let n = 0; n < 10 ** (shape.length - 1); n++) {
    const body = String(n).padStart(shape.length - 1, '0')
    if (shapeFault(shape, body + checkDigit(body)) === undefined) count++
  }
  return count
}

test('capacity equals full enumeration, whatever the rules', (t) => {
  const countable = uinRules.filter((rule) => rule !== 'mirrored-ends')
  const choices: ShapeRule[][] = [
    [],
    ['leading-zero-or-one'],
    ['run-of-three', 'three-even'],
    ['near-repeat', 'repeated-pair'],
    countable,
  ]
  for (const rules of choices) {
    for (const length of [4, 5, 6]) t.is(capacity({ length, rules }), enumerate({ length, rules }))
  }
})

// Counted by two independent programs before (mosip-lifecycle §1.1).
for (const [length, expected] of [
  [10, 58_106_898n],
  [11, 403_817_306n],
  [12, 2_773_864_144n],
] as const) {
  test(`${length} digits hold ${expected} UINs`, (t) => {
    t.is(capacity({ length, rules: uinRules }), expected)
  })
}

test('masking keeps the last four digits, in groups', (t) => {
  t.is(masked('261973069204'), '•••• •••• 9204')
  t.is(masked('2619730692'), '•• •••• 0692')
})

test('spaces and full-width digits are forgiven at the edge', (t) => {
  t.is(withoutSpaces(' 2619 7306-92 '), '2619730692')
  t.is(withoutSpaces('２６１９'), '2619')
})
