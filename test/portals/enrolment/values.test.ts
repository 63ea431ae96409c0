import test from 'ava'
import fc from 'fast-check'
import { loadCountry } from '../../../src/kernel/config/load-country.ts'
import { readGroup, typedOf } from '../../../src/portals/enrolment/form.ts'
import { createReader, type Typed } from '../../../src/portals/enrolment/values.ts'
import { compileIdentity } from '../../../src/registry/identity/validate.ts'

const country = loadCountry({ country: { code: 'demo' } })
const reader = createReader(country)
const now = new Date('2026-06-01T12:00:00Z')
const read = (group: string, typed: Typed) => readGroup(country, reader, group, typed, now)
const keysOf = (group: string, typed: Typed) => read(group, typed).errors.map(({ key }) => key)
const born = (day: string, month: string, year: string) => ({
  'dateOfBirth-day': day,
  'dateOfBirth-month': month,
  'dateOfBirth-year': year,
  gender: 'FLE',
})

test('a name in the languages that were written, composed and trimmed', (t) => {
  const { identity, errors } = read('names', {
    'fullName-en': '  Leila   Mansour ',
    'fullName-fr': 'Lei\u0308la Mansour',
    'fullName-ar': '',
  })
  t.deepEqual(errors, [])
  t.deepEqual(identity.fullName, [
    { language: 'eng', value: 'Leila Mansour' },
    { language: 'fra', value: 'Leïla Mansour' },
  ])
})

test('the mandatory language can not be left out, the whole name neither', (t) => {
  t.like(read('names', { 'fullName-ar': 'ليلى' }).errors[0], {
    field: 'fullName-en',
    key: 'enrolment.error-language',
  })
  t.deepEqual(keysOf('names', {}), ['enrolment.error-required'])
})

test('characters that nobody sees are refused', (t) => {
  for (const hidden of ['\u200b', '\u202e', '\ue000', '\u0007'])
    t.deepEqual(keysOf('names', { 'fullName-en': `Lay${hidden}la` }), [
      'enrolment.error-characters',
    ])
})

test('joiners that a script needs stay', (t) => {
  t.deepEqual(keysOf('names', { 'fullName-en': 'Mina', 'fullName-ar': 'می\u200cنا' }), [])
})

test("dates: MOSIP's form, real days, nothing in the future, Arabic digits as well", (t) => {
  t.is(read('birth', born('7', '3', '1990')).identity.dateOfBirth, '1990/03/07')
  t.is(read('birth', born('٢٩', '٢', '٢٠٠٨')).identity.dateOfBirth, '2008/02/29')
  for (const wrong of [born('31', '2', '1990'), born('0', '1', '1990'), born('1', '13', '1990')])
    t.deepEqual(keysOf('birth', wrong), ['enrolment.error-date'])
  t.deepEqual(keysOf('birth', born('1', '1', '90')), ['enrolment.error-date'])
  t.deepEqual(keysOf('birth', born('1', '1', '1850')), ['enrolment.error-date'])
  t.deepEqual(keysOf('birth', born('2', '6', '2026')), ['enrolment.error-date-future'])
  t.is(read('birth', born('', '3', '1990')).errors[0]?.field, 'dateOfBirth-day')
})

test('phones as people write them, and one way to reach the person at least', (t) => {
  const phone = (text: string) => read('contact', { phone: text }).identity.phone
  t.is(phone('+999 40 123 456'), '+99940123456')
  t.is(phone('00999 (40) 123-456'), '+99940123456')
  t.is(phone('+٩٩٩ ٤٠ ١٢٣ ٤٥٦'), '+99940123456')
  t.deepEqual(keysOf('contact', { phone: '040123456' }), ['enrolment.error-form'])
  t.deepEqual(keysOf('contact', {}), ['enrolment.error-one-of'])
  t.deepEqual(keysOf('contact', { email: 'a@b.example' }), [])
  t.deepEqual(keysOf('contact', { email: 'nonsense' }), ['enrolment.error-form'])
})

test('a town must lie in the region; a code must be one of ours', (t) => {
  t.deepEqual(keysOf('address', { region: 'COAST', city: 'PTAMB' }), [])
  t.deepEqual(keysOf('address', { city: 'PTAMB' }), [])
  t.deepEqual(keysOf('address', { region: 'VALE', city: 'PTAMB' }), ['enrolment.error-place'])
  t.deepEqual(keysOf('address', { region: 'PTAMB' }), ['enrolment.error-form'])
  t.deepEqual(keysOf('birth', { ...born('1', '1', '1990'), gender: 'F' }), ['enrolment.error-form'])
})

test('only inputs of the page are kept, and those that are absent are empty', (t) => {
  const typed = typedOf(country, reader, 'names', { 'fullName-en': 'A', phone: '1', evil: 'x' })
  t.deepEqual(typed, { 'fullName-en': 'A', 'fullName-fr': '', 'fullName-ar': '' })
})

test('whatever is typed, what the form accepts the registry accepts', (t) => {
  const validate = compileIdentity(country)
  const names = country.fields.flatMap((field) => reader.inputs(field))
  const codes = [...country.locations.map(({ code }) => code), 'FLE', 'eng', '']
  const text = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
    fc.constantFrom(...codes),
    fc.integer({ min: 0, max: 2030 }).map(String),
  )
  const form = fc.record(Object.fromEntries(names.map((name) => [name, text])))
  const likely: Typed = { 'fullName-en': 'Mira', ...born('1', '2', '1990'), phone: '+999401234567' }
  let accepted = 0
  fc.assert(
    fc.property(form, fc.subarray(names, { maxLength: 2 }), (typed, replaced) => {
      const mixed = Object.fromEntries(
        names.map((name) => [name, (replaced.includes(name) ? typed : likely)[name] ?? '']),
      )
      const readings = country.groups.map(({ id }) => readGroup(country, reader, id, mixed, now))
      if (readings.some(({ errors }) => errors.length > 0)) return
      accepted++
      const identity = Object.assign({ IDSchemaVersion: 0.1 }, ...readings.map((it) => it.identity))
      t.is(validate(identity, now), undefined)
    }),
    { numRuns: 400 },
  )
  t.true(accepted > 40, `${accepted}`)
})
