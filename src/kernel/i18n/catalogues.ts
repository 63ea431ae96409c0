/**
 * Texts of the pages: one flat JSON file per language and part (`texts/<lang>.json`), keys written in full
 * (`enrolment.title`) so that a search finds text and use alike; messages in ICU MessageFormat
 * (plurals, dates, numbers in the reader's locale). Messages are compiled on first use and kept.
 */
import { existsSync, readFileSync } from 'node:fs'
import { IntlMessageFormat } from 'intl-messageformat'
import type { Log } from '../log/log.ts'
import { escapeHtml } from './escape-html.ts'
import { formatLocale } from './format-locale.ts'

export type TextValues = Readonly<Record<string, string | number | boolean | Date>>

export interface Catalogues {
  has(language: string, key: string): boolean
  /** Plain text: escaped where it is put into a page. */
  text(language: string, key: string, values?: TextValues): string
  /**
   * HTML from a message with tags: `<b>`, `<code>`, and `<link>`, whose target is `values.href`. The text of the message
   * and every value are escaped.
   */
  html(language: string, key: string, values?: TextValues): string
  keys(language: string): readonly string[]
}
export interface CatalogueFolder {
  /** Prefix of its keys: `enrolment`. */
  readonly name: string
  readonly folder: URL
}
export interface CatalogueOptions {
  readonly folders: readonly CatalogueFolder[]
  /** Right-to-left languages isolate values that run the other way. */
  readonly languages: readonly { readonly tag: string; readonly direction: 'ltr' | 'rtl' }[]
  readonly timeZone: string
  /** A missing text throws (tests); otherwise its key is shown and a warning logged. */
  readonly strict: boolean
  readonly log?: Log | undefined
}

/** Reads every folder's texts in the given languages. Throws an Error naming file and key on a malformed catalogue. */
export const openCatalogues = (options: CatalogueOptions): Catalogues => {
  const messages = new Map(options.languages.map(({ tag }) => [tag, readTexts(options, tag)]))
  const compiled = new Map<string, Compiled>()
  const rightToLeft = new Set(
    options.languages.filter((l) => l.direction === 'rtl').map((l) => l.tag),
  )

  const compile = (language: string, key: string): Compiled | undefined => {
    const id = `${language}\n${key}`
    const known = compiled.get(id)
    if (known) return known
    const source = messages.get(language)?.get(key)
    if (source === undefined) return undefined
    const locale = formatLocale(language)
    const message = new IntlMessageFormat(source, locale, zoned(options.timeZone))
    const made = { message, selectors: selectorsIn(source) }
    compiled.set(id, made)
    return made
  }
  const missing = (language: string, key: string): string => {
    if (options.strict) throw new Error(`no text ${key} in ${language}`)
    options.log?.warn({ language, key }, 'text missing')
    return key
  }
  const prepare = (language: string, values: TextValues, { selectors }: Compiled) =>
    rightToLeft.has(language) ? isolated(values, selectors) : { ...values }

  return {
    has: (language, key) => messages.get(language)?.has(key) ?? false,
    text(language, key, values = {}) {
      const found = compile(language, key)
      if (!found) return missing(language, key)
      return String(found.message.format(prepare(language, values, found)))
    },
    html(language, key, values = {}) {
      const found = compile(language, key)
      if (!found) return escapeHtml(missing(language, key))
      const result: unknown = found.message.format({
        ...prepare(language, values, found),
        ...tags(String(values.href ?? '')),
      })
      return toHtml(result)
    },
    keys: (language) => [...(messages.get(language)?.keys() ?? [])],
  }
}

const readTexts = (options: CatalogueOptions, language: string): Map<string, string> => {
  const texts = new Map<string, string>()
  for (const { name, folder } of options.folders) {
    const file = new URL(`texts/${language}.json`, folder)
    if (!existsSync(file)) continue
    const content: unknown = JSON.parse(readFileSync(file, 'utf8'))
    for (const [key, text] of Object.entries(content as object)) {
      if (!key.startsWith(`${name}.`)) throw new Error(`${file.pathname}: ${key} lacks "${name}."`)
      if (typeof text !== 'string') throw new Error(`${file.pathname}: ${key} is not a string`)
      texts.set(key, text)
    }
  }
  return texts
}

/** Dates inside messages (`{at, date, long}`) are told in the country's time zone. */
const zoned = (timeZone: string) => ({
  date: {
    short: { dateStyle: 'short', timeZone } as Intl.DateTimeFormatOptions,
    medium: { dateStyle: 'medium', timeZone } as Intl.DateTimeFormatOptions,
    long: { dateStyle: 'long', timeZone } as Intl.DateTimeFormatOptions,
  },
  time: { short: { timeStyle: 'short', timeZone } as Intl.DateTimeFormatOptions },
})

const leftToRightText = /[\p{Script=Latin}\d]/u
/** Unicode UAX #9 §2.4: FSI … PDI keeps a Latin name or a number from reordering the Arabic around it. */
const isolated = (values: TextValues, selectors: ReadonlySet<string>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) =>
      !selectors.has(name) && typeof value === 'string' && leftToRightText.test(value)
        ? [name, `\u2068${value}\u2069`]
        : [name, value],
    ),
  )

interface Compiled {
  readonly message: IntlMessageFormat
  /** Arguments that are chosen by, so that they must arrive as they are; and `href`. */
  readonly selectors: ReadonlySet<string>
}
const selectorsIn = (source: string): ReadonlySet<string> =>
  new Set([
    'href',
    ...[...source.matchAll(/\{\s*(\w+)\s*,\s*select\b/g)].map(([, name]) => name ?? ''),
  ])

/** Marks what a tag produced, so that everything else is escaped. */
interface Markup {
  readonly markup: string
}
const tags = (href: string) => ({
  b: (parts: unknown[]): Markup => ({ markup: `<strong>${toHtml(parts)}</strong>` }),
  code: (parts: unknown[]): Markup => ({ markup: `<code>${toHtml(parts)}</code>` }),
  link: (parts: unknown[]): Markup => ({
    markup: `<a class="govuk-link" href="${escapeHtml(href)}">${toHtml(parts)}</a>`,
  }),
})
const toHtml = (result: unknown): string => {
  if (Array.isArray(result)) return result.map(toHtml).join('')
  if (typeof result === 'object' && result !== null && 'markup' in result)
    return String(result.markup)
  return escapeHtml(String(result))
}
