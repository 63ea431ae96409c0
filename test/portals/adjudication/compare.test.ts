import test from 'ava'
import { loadConfig } from '../../../src/kernel/config/load.ts'
import { loadCountry } from '../../../src/kernel/config/load-country.ts'
import { compareRecords } from '../../../src/portals/adjudication/compare.ts'

const country = loadCountry(
  loadConfig({ argv: ['--profile', 'test', '--data', 'unused'], env: {} }),
)
const name = (eng: string, ara?: string) => [
  { language: 'eng', value: eng },
  ...(ara ? [{ language: 'ara', value: ara }] : []),
]

test('agreement ignores letter case, spaces and Unicode form; difference is told by language', (t) => {
  const [row] = compareRecords(
    country,
    'en',
    { fullName: name('LAYLA  Mansour', 'ليلى منصور') },
    { fullName: name('Layla mansour', 'ليلى منصوري') },
  )
  t.is(row?.state, 'differs')
  t.deepEqual(
    row?.subject.map(({ lang, differs }) => [lang, differs]),
    [
      ['en', false],
      ['ar', true],
    ],
  )
})

test('a script that only one has is no difference; a field that only one has is missing', (t) => {
  const rows = compareRecords(
    country,
    'en',
    { fullName: name('Omar Haddad', 'عمر حداد'), phone: '+999401' },
    { fullName: name('Omar Haddad') },
  )
  t.deepEqual(
    rows.map(({ label, state }) => [label, state]),
    [
      ['Full name', 'same'],
      ['Mobile phone', 'missing'],
    ],
  )
})

test('codes are told as words, dates as dates, in the reader’s language', (t) => {
  const rows = compareRecords(
    country,
    'fr',
    { dateOfBirth: '1990/03/27', gender: 'FLE' },
    { dateOfBirth: '1990/03/28', gender: 'FLE' },
  )
  t.deepEqual(
    rows.map(({ subject, state }) => [subject[0]?.text, state]),
    [
      ['27 mars 1990', 'differs'],
      ['Féminin', 'same'],
    ],
  )
})
