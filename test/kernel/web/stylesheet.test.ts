import { gzipSync } from 'node:zlib'
import test from 'ava'
import { fontsFor } from '../../../src/kernel/web/fonts.ts'
import { makeStylesheet, withoutComponents } from '../../../src/kernel/web/stylesheet.ts'

const fonts = fontsFor(['en', 'fr', 'ar'])
const css = makeStylesheet({
  accent: '#0b5c7a',
  fontStack: fonts.stack,
  fontFaces: fonts.css('../fonts/'),
})

test('nothing of the GOV.UK brand: neither crown nor typeface', (t) => {
  t.notRegex(css, /GDS Transport|crown|logotype/i)
  t.regex(css, /--plinth-country-accent:#0b5c7a/)
})

test('faces for the scripts of the languages, and for no other', (t) => {
  t.deepEqual([...fonts.files.keys()].toSorted(), [
    'noto-sans-arabic-arabic-400-normal.woff2',
    'noto-sans-arabic-arabic-700-normal.woff2',
    'noto-sans-latin-400-normal.woff2',
    'noto-sans-latin-700-normal.woff2',
    'noto-sans-latin-ext-400-normal.woff2',
    'noto-sans-latin-ext-700-normal.woff2',
    'noto-sans-vietnamese-400-normal.woff2',
    'noto-sans-vietnamese-700-normal.woff2',
  ])
  t.is(css.match(/@font-face/g)?.length, fonts.files.size)
  t.is(fonts.stack, '"Noto Sans","Noto Sans Arabic",system-ui,sans-serif')
})

test('a script without an installed family is left to the reader’s own fonts', (t) => {
  t.is(fontsFor(['am']).stack, '"Noto Sans",system-ui,sans-serif')
})

test('rules of unused components go, shared rules stay for the others', (t) => {
  t.is(withoutComponents('.govuk-footer{a:b}.govuk-x{c:d}', ['footer']), '.govuk-x{c:d}')
  t.is(withoutComponents('.govuk-footer__a,.govuk-x{c:d}', ['footer']), '.govuk-x{c:d}')
  t.is(withoutComponents('@media print{.govuk-header--b{c:d}}', ['header']), '')
  t.is(withoutComponents('.govuk-headers{c:d}', ['header']), '.govuk-headers{c:d}')
})

test('the stylesheet is small enough for a first view of 30 kB', (t) => {
  const kilobytes = gzipSync(css, { level: 9 }).length / 1024
  t.log(`${kilobytes.toFixed(1)} kB gzip`)
  t.true(kilobytes < 20)
})
