/** OpenID Connect Core §5.1, §5.1.1, §5.2. */
import test from 'ava'
import { toClaims } from '../../../src/registry/identity/claims.ts'
import { demoCountry } from '../../support/country.ts'

const country = demoCountry()
const fields = {
  fullName: [
    { language: 'eng', value: 'Layla Mansour' },
    { language: 'ara', value: 'ليلى منصور' },
  ],
  dateOfBirth: '1990/03/27',
  gender: 'FLE',
  addressLine1: [
    { language: 'eng', value: '12 Lighthouse Street' },
    { language: 'fra', value: '12 rue du Phare' },
  ],
  region: 'COAST',
  city: 'PTAMB',
  postalCode: '1012',
  phone: '+999401000001',
  email: 'layla@example.org',
  preferredLang: 'ara',
}
const photo = { type: 'image/jpeg', data: Buffer.from([255, 216]) }
const claims = (wanted: string[], languages: string[] = []) =>
  toClaims(country, { fields, photo }, wanted, languages)

test('only what was asked for, and what is there', (t) => {
  t.deepEqual(claims([]), {})
  t.deepEqual(claims(['birthdate']), { birthdate: '1990-03-27' })
  t.deepEqual(claims(['nickname', 'sub', '', '__proto__', 'constructor']), {})
  t.deepEqual(toClaims(country, { fields: {} }, ['name', 'address', 'picture', 'email'], []), {})
})

test('names in the preferred language, the others with their tag', (t) => {
  t.deepEqual(claims(['name']), { name: 'Layla Mansour', 'name#ar': 'ليلى منصور' })
  t.deepEqual(claims(['name'], ['ar', 'en']), { name: 'ليلى منصور', 'name#en': 'Layla Mansour' })
  t.deepEqual(claims(['name'], ['ar-TN']), { name: 'ليلى منصور', 'name#en': 'Layla Mansour' })
  t.deepEqual(claims(['name'], ['de']), { name: 'Layla Mansour', 'name#ar': 'ليلى منصور' })
  t.deepEqual(claims(['name#ar']), { 'name#ar': 'ليلى منصور' })
  t.deepEqual(claims(['name#fr']), {})
})

test('codes in the words of OpenID', (t) => {
  t.deepEqual(claims(['gender', 'locale', 'phone_number', 'email']), {
    gender: 'female',
    locale: 'ar',
    phone_number: '+999401000001',
    email: 'layla@example.org',
  })
})

test('an address in one language, places by their names', (t) => {
  t.deepEqual(claims(['address'], ['fr']).address, {
    formatted: '12 rue du Phare\nCôte d’Ambre\nPort-Ambre\n1012',
    street_address: '12 rue du Phare',
    region: 'Côte d’Ambre',
    locality: 'Port-Ambre',
    postal_code: '1012',
  })
  const arabic = claims(['address#ar'])['address#ar'] as Record<string, string>
  t.is(arabic.locality, 'مرفأ العنبر')
})

test('a picture as a data URI, and only when asked', (t) => {
  t.deepEqual(claims(['picture']), { picture: 'data:image/jpeg;base64,/9g=' })
  t.false('picture' in claims(['name']))
})
