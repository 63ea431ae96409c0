import test from 'ava'
import { compileIdentity, type IdentityFault } from '../../../src/registry/identity/validate.ts'
import { demoCountry } from '../../support/country.ts'
import { anIdentity } from '../../support/registry.ts'

const now = new Date('2026-11-22T12:00:00Z')
const validate = compileIdentity(demoCountry())
const eng = (value: string) => [{ language: 'eng', value }]

test('a whole identity, and one with all optional fields', (t) => {
  t.is(validate(anIdentity(), now), undefined)
  const more = { addressLine1: eng('1 Quay'), region: 'COAST', city: 'PTAMB', postalCode: '1012' }
  t.is(validate(anIdentity(more), now), undefined)
})

const faults: [
  what: string,
  changes: Record<string, unknown>,
  fault: IdentityFault,
  fields: string[],
][] = [
  [
    'a field that the schema does not know',
    { shoeSize: '42' },
    'identity.unknown-field',
    ['shoeSize'],
  ],
  ['a made-up name is not repeated', { 'Amina Diallo!': 1 }, 'identity.unknown-field', ['other']],
  ['no name', { fullName: undefined }, 'identity.missing-field', ['fullName']],
  [
    'no gender, no date',
    { gender: undefined, dateOfBirth: undefined },
    'identity.missing-field',
    ['dateOfBirth', 'gender'],
  ],
  [
    'no channel at all',
    { phone: undefined, email: undefined },
    'identity.missing-field',
    ['email', 'phone'],
  ],
  [
    'mandatory language missing',
    { fullName: [{ language: 'ara', value: 'أمينة' }] },
    'identity.missing-language',
    ['fullName'],
  ],
  [
    'mandatory language missing in an optional field',
    { addressLine1: [{ language: 'fra', value: '1 rue' }] },
    'identity.missing-language',
    ['addressLine1'],
  ],
  [
    'a language twice',
    { fullName: [...eng('A'), ...eng('B')] },
    'identity.invalid-field',
    ['fullName'],
  ],
  [
    'a language that the country does not have',
    { fullName: [...eng('A'), { language: 'deu', value: 'B' }] },
    'identity.invalid-field',
    ['fullName'],
  ],
  ['a name without letters', { fullName: eng('  ') }, 'identity.invalid-field', ['fullName']],
  ['a direction override', { fullName: eng('A\u202eB') }, 'identity.invalid-field', ['fullName']],
  ['a control character', { fullName: eng('A\u0007') }, 'identity.invalid-field', ['fullName']],
  ['half a surrogate pair', { fullName: eng('A\ud800') }, 'identity.invalid-field', ['fullName']],
  ['a name too long', { fullName: eng('A'.repeat(121)) }, 'identity.invalid-field', ['fullName']],
  [
    'more in a name than belongs there',
    { fullName: [{ ...eng('A')[0], note: 'x' }] },
    'identity.invalid-field',
    ['fullName'],
  ],
  ['an unknown gender', { gender: 'X' }, 'identity.invalid-field', ['gender']],
  ['a number for text', { postalCode: 1012 }, 'identity.invalid-field', ['postalCode']],
  ['31 February', { dateOfBirth: '1990/02/31' }, 'identity.invalid-field', ['dateOfBirth']],
  [
    '29 February of a common year',
    { dateOfBirth: '2023/02/29' },
    'identity.invalid-field',
    ['dateOfBirth'],
  ],
  ['born in the future', { dateOfBirth: '2026/11/24' }, 'identity.invalid-field', ['dateOfBirth']],
  ['born 151 years ago', { dateOfBirth: '1875/01/01' }, 'identity.invalid-field', ['dateOfBirth']],
  ['ISO dates', { dateOfBirth: '1990-03-27' }, 'identity.invalid-field', ['dateOfBirth']],
  ['a telephone without country', { phone: '0401234567' }, 'identity.invalid-field', ['phone']],
  ['no e-mail address', { email: 'a@b' }, 'identity.invalid-field', ['email']],
  [
    'another version of the schema',
    { IDSchemaVersion: 9 },
    'identity.invalid-field',
    ['IDSchemaVersion'],
  ],
  ['a place that is not there', { city: 'ATLANTIS' }, 'identity.unknown-location', ['city']],
  ['a region for a town', { city: 'COAST' }, 'identity.unknown-location', ['city']],
  [
    'a town of another region',
    { region: 'VALE', city: 'PTAMB' },
    'identity.unknown-location',
    ['city'],
  ],
]
for (const [what, changes, fault, fields] of faults) {
  test(what, (t) => {
    const identity = JSON.parse(JSON.stringify(anIdentity(changes))) as Record<string, unknown>
    t.deepEqual(validate(what.includes('surrogate') ? anIdentity(changes) : identity, now), {
      fault,
      fields,
    })
  })
}

test('a leap day, and today', (t) => {
  for (const dateOfBirth of ['2024/02/29', '2026/11/22', '1900/01/01'])
    t.is(validate(anIdentity({ dateOfBirth }), now), undefined, dateOfBirth)
})

test('an inherited name is no field', (t) => {
  const identity = JSON.parse(`{"__proto__": 1, ${JSON.stringify(anIdentity()).slice(1)}`)
  t.is(validate(identity, now)?.fault, 'identity.unknown-field')
  t.is(validate(anIdentity({ constructor: 'x' }), now)?.fault, 'identity.unknown-field')
})
