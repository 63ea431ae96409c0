/** The catalogues of the whole house: complete, consistent, used. */
import { globSync, readFileSync } from 'node:fs'
import test from 'ava'
import { IntlMessageFormat } from 'intl-messageformat'
import { openCatalogues } from '../../../src/kernel/i18n/catalogues.ts'

const languages = ['en', 'fr', 'ar'] as const
const files = globSync('src/**/texts/*.json').toSorted()
const textsOf = (language: string): Map<string, string> =>
  new Map(
    files
      .filter((file) => file.endsWith(`/${language}.json`))
      .flatMap((file) => Object.entries(JSON.parse(readFileSync(file, 'utf8')))),
  ) as Map<string, string>
const catalogues = Object.fromEntries(languages.map((tag) => [tag, textsOf(tag)])) as Record<
  (typeof languages)[number],
  Map<string, string>
>
const english = [...catalogues.en.keys()].toSorted()

test('every text exists in every language', (t) => {
  t.true(english.length > 300)
  for (const tag of languages) t.deepEqual([...catalogues[tag].keys()].toSorted(), english, tag)
})

test('no text is empty or left in English', (t) => {
  for (const tag of languages) {
    for (const [key, text] of catalogues[tag]) t.not(text.trim(), '', `${tag} ${key}`)
  }
  const arabic = [...catalogues.ar].filter(([, text]) => !/\p{Script=Arabic}/u.test(text))
  // Names of tags and pure placeholders read the same in every script.
  t.deepEqual(
    arabic.filter(([, text]) => /\p{Letter}/u.test(text.replace(/\{[^}]*\}/g, ''))),
    [],
  )
})

test('every message parses, with the same placeholders and tags in each language', (t) => {
  for (const key of english) {
    const [first, ...others] = languages.map((tag) => argumentsOf(catalogues[tag].get(key) ?? ''))
    for (const other of others) t.deepEqual(other, first, key)
  }
})

const sources = globSync('src/**/*.{ts,njk}')
  .filter((file) => !file.includes('/browser/'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')
const prefixes = new Set(english.map((key) => key.split('.')[0] ?? ''))
/** `adjudication.state-` before an expression: whatever begins so is used. */
const literals = [...sources.matchAll(/['"`]([a-z][\w-]*\.[\w.-]*)/g)]
  .map(([, text]) => text ?? '')
  .filter((text) => prefixes.has(text.split('.')[0] ?? ''))

test('every key that the code or a template names exists', (t) => {
  const keyed = /(?:\bt\(|\bhtml\(|[kK]ey: )['"]([a-z][\w-]*\.[\w.-]*)['"]/g
  const named = [...sources.matchAll(keyed)].map(([, key]) => key ?? '')
  t.true(named.length > 200)
  const missing = named.filter((key) => !catalogues.en.has(key) && !/[.-]$/.test(key))
  t.deepEqual(missing, [])
})

test('no text is unused', (t) => {
  const exact = new Set(literals)
  const open = literals.filter((text) => /[.-]$/.test(text) && text.includes('.'))
  const unused = english.filter(
    (key) =>
      !exact.has(key) && !open.some((start) => key.startsWith(start)) && !/\.problem\./.test(key),
  )
  t.deepEqual(unused, [])
})

test('a catalogue whose keys lack the part’s name is refused', (t) => {
  const kernel = { name: 'other', folder: new URL('../../../src/kernel/web/', import.meta.url) }
  t.throws(
    () =>
      openCatalogues({ folders: [kernel], languages: [english_], timeZone: 'UTC', strict: true }),
    { message: /en\.json: kernel\..* lacks "other\."/ },
  )
})

const english_ = { tag: 'en', direction: 'ltr' } as const

/** Names of arguments and tags, sorted. */
function argumentsOf(message: string): string[] {
  const found = new Set<string>()
  const visit = (elements: readonly object[]): void => {
    for (const element of elements as readonly Element[]) {
      if (element.type !== LITERAL && element.type !== POUND) found.add(String(element.value))
      for (const option of Object.values(element.options ?? {})) visit(option.value)
      visit(element.children ?? [])
    }
  }
  visit(new IntlMessageFormat(message, 'en').getAst())
  return [...found].toSorted()
}
// TYPE of @formatjs/icu-messageformat-parser.
const LITERAL = 0
const POUND = 7
interface Element {
  readonly type: number
  readonly value?: unknown
  readonly options?: Readonly<Record<string, { readonly value: readonly object[] }>>
  readonly children?: readonly object[]
}
