/** An identity as a person reads it: labels and values of the country pack's fields, codes told as words. */
import type { CountryPack, Field, Localised } from '#kernel/config/country.ts'
import { formatCalendarDate } from '#kernel/web/formats.ts'

export interface ShownValue {
  readonly text: string
  /** The value's own language, where it has one. */
  readonly lang?: string
  readonly dir: 'ltr' | 'rtl' | 'auto'
}
export interface ShownField {
  readonly id: string
  readonly label: string
  readonly category: Field['category']
  readonly values: readonly ShownValue[]
}

/** Every field of the pack but samples, in the pack's order; the reader's own language comes first in each. */
export const presentFields = (
  country: CountryPack,
  language: string,
  fields: Readonly<Record<string, unknown>>,
): readonly ShownField[] =>
  country.fields
    .filter(({ kind }) => kind !== 'biometric')
    .map((field) => ({
      id: field.id,
      label: inLanguage(field.label, language),
      category: field.category,
      values: presentValue(country, language, field, fields[field.id]),
    }))

const presentValue = (
  country: CountryPack,
  language: string,
  field: Field,
  value: unknown,
): readonly ShownValue[] => {
  if (Array.isArray(value)) {
    const values = value.flatMap((item) => localised(country, item))
    return values.sort((a, b) => Number(b.lang === language) - Number(a.lang === language))
  }
  if (typeof value !== 'string' || value === '') return []
  switch (field.kind) {
    case 'date':
      return [{ text: formatCalendarDate(language, value), dir: 'auto' }]
    case 'choice':
      return [named(language, field.choices?.find(({ code }) => code === value)?.label, value)]
    case 'location':
      return [named(language, country.locations.find(({ code }) => code === value)?.name, value)]
    case 'language':
      return [languageName(country, value)]
    case 'email':
    case 'phone':
      return [{ text: value, dir: 'ltr' }]
    default:
      return [{ text: value, dir: 'auto' }]
  }
}

const localised = (country: CountryPack, item: unknown): ShownValue[] => {
  const { language, value } = (item ?? {}) as Record<string, unknown>
  if (typeof value !== 'string' || value === '') return []
  const of = country.languages.find(({ iso639 }) => iso639 === language)
  return [{ text: value, dir: of?.direction ?? 'auto', ...(of && { lang: of.tag }) }]
}
const named = (language: string, name: Localised | undefined, code: string): ShownValue => ({
  text: name ? inLanguage(name, language) : code,
  dir: 'auto',
})
const languageName = (country: CountryPack, value: string): ShownValue => {
  const of = country.languages.find(({ tag, iso639 }) => tag === value || iso639 === value)
  return of ? { text: of.name, lang: of.tag, dir: of.direction } : { text: value, dir: 'auto' }
}
export const inLanguage = (text: Localised, language: string): string =>
  text[language] ?? Object.values(text)[0] ?? ''
