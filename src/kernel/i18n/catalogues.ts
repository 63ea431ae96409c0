/**
 * Texts of the pages: one flat JSON file per language and part (`texts/<lang>.json`), keys written in full
 * (`enrolment.title`) so that a search finds text and use alike; messages in ICU MessageFormat
 * (plurals, dates, numbers in the reader's locale). Messages are compiled on first use and kept.
 */
import { existsSync, readFileSync } from 'node:fs'
import { IntlMessageFormat } from 'intl-messageformat'
import type { Log } from '../log/log.ts'
import { escapeHtml } from './escape-html.ts'

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
  const compiled = new Map<string, IntlMessageFormat>()
  const rightToLeft = new Set(
    options.languages.filter((l) => l.direction === 'rtl').map((l) => l.tag),
  )

  const compile = (language: string, key: string): IntlMessageFormat | undefined => {
    const id = `${language}\n${key}`
    const known = compiled.get(id)
    if (known) return known
    const source = messages.get(language)?.get(key)
    if (source === undefined) return undefined
    const message = new IntlMessageFormat(source, language, zoned(options.timeZone))
    compiled.set(id, message)
    return message
  }
  const missing = (language: string, key: string): string => {
    if (options.strict) throw new Error(`no text ${key} in ${language}`)
    options.log?.warn({ language, key }, 'text missing')
    return key
  }
  const prepare = (language: string, values: TextValues): Record<string, unknown> =>
    rightToLeft.has(language) ? isolated(values) : { ...values }

  return {
    has: (language, key) => messages.get(language)?.has(key) ?? false,
    text(language, key, values = {}) {
      const message = compile(language, key)
      return message ? String(message.format(prepare(language, values))) : missing(language, key)
    },
    html(language, key, values = {}) {
      const message = compile(language, key)
      if (!message) return escapeHtml(missing(language, key))
      const result: unknown = message.format({
        ...prepare(language, values),
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
const isolated = (values: TextValues): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) =>
      name !== 'href' && typeof value === 'string' && leftToRightText.test(value)
        ? [name, `\u2068${value}\u2069`]
        : [name, value],
    ),
  )

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
