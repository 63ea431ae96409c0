import test from 'ava'
import fc from 'fast-check'
import { loadCountry } from '../../../src/kernel/config/load-country.ts'
import { chooseLanguage } from '../../../src/kernel/http/language.ts'

const { languages } = loadCountry({ country: { code: 'demo' } })
const choose = (query?: string, cookie?: string, acceptLanguage?: string) =>
  chooseLanguage(languages, { query, cookie, acceptLanguage })

test('what was chosen now, then before, then what the browser asks for, then the first', (t) => {
  t.is(choose('fr', 'ar', 'en'), 'fr')
  t.is(choose(undefined, 'ar', 'en'), 'ar')
  t.is(choose(undefined, undefined, 'de, fr-CA;q=0.8, ar;q=0.9'), 'ar')
  t.is(choose(undefined, undefined, 'fr-CA'), 'fr')
  t.is(choose(undefined, undefined, 'ar;q=0, de'), 'en')
  t.is(choose(), 'en')
  t.is(choose('xx', '../..', '*'), 'en')
})

test('whatever the header says, a language of the pack comes out', (t) => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.string(), (query, cookie, header) => {
      t.true(languages.some(({ tag }) => tag === choose(query, cookie, header)))
    }),
  )
})
