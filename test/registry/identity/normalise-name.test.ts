import test from 'ava'
import fc from 'fast-check'
import { normaliseName } from '../../../src/registry/identity/normalise-name.ts'

const same: [a: string, b: string][] = [
  ['Amina Diallo', 'AMINA  DIALLO'],
  ['José Muñoz', 'jose munoz'],
  ['Jose\u0301', 'José'],
  ['Straße', 'STRASSE'],
  [' \u00a0Ann\tLee\n', 'ann lee'],
  ['Ａｎｎ', 'ann'],
  ['ﬁona', 'fiona'],
  ['مُحَمَّد', 'محمد'],
  ['محـــمد', 'محمد'],
  ['أحمد', 'احمد'],
  ['آمنة', 'امنة'],
  ['מֹשֶׁה', 'משה'],
  ['Nguyễn Văn An', 'nguyen van an'],
  ['Ann\u200dLee', 'AnnLee'],
  ['\u202eAnn', 'Ann'],
  ['İpek', 'ipek'],
]
for (const [a, b] of same) {
  test(`${JSON.stringify(a)} is ${JSON.stringify(b)}`, (t) =>
    t.is(normaliseName(a), normaliseName(b)))
}

const different: [a: string, b: string][] = [
  ['Ann Lee', 'Lee Ann'],
  ['Ann', 'Anne'],
  ['محمد', 'محمود'],
  ['AnnLee', 'Ann Lee'],
  // Vowel signs of Devanagari are letters of the name: राम Rama, रमा Ramā.
  ['राम', 'रमा'],
  ['कि', 'क'],
]
for (const [a, b] of different) {
  test(`${JSON.stringify(a)} is not ${JSON.stringify(b)}`, (t) =>
    t.not(normaliseName(a), normaliseName(b)))
}

test('normalising twice changes nothing', (t) => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 })
  fc.assert(
    fc.property(text, (name) => normaliseName(normaliseName(name)) === normaliseName(name)),
    { numRuns: 3000 },
  )
  t.pass()
})

test('case never matters', (t) => {
  const letter = fc.constantFrom(..." abzßéñøłśığжйёєґљԱաოσςǆ'-")
  const text = fc.string({ unit: letter, maxLength: 30 })
  fc.assert(fc.property(text, (name) => normaliseName(name.toUpperCase()) === normaliseName(name)))
  t.pass()
})
