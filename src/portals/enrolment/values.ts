/** What was typed becomes an identity: one field of the country pack at a time, each by its kind. */
import type { CountryPack, Field } from '#kernel/config/country.ts'
import { propertyValidators } from '#kernel/config/identity-schema.ts'
import { ageMaxYears } from './parameters.ts'

export type Typed = Readonly<Record<string, string>>
export interface FormError {
  /** Id of the input. */
  readonly field: string
  readonly key: string
  readonly values?: Readonly<Record<string, string | number>>
}
export type Outcome =
  | { readonly outcome: 'empty' }
  | { readonly outcome: 'value'; readonly value: unknown }
  | { readonly outcome: 'wrong'; readonly error: Fault }
interface Fault {
  /** Of the inputs of the field, the one at fault. */
  readonly input: string
  readonly key: string
}
export interface FieldReader {
  /** Input names of the field, in order. */
  inputs(field: Field): readonly string[]
  read(field: Field, typed: Typed, now: Date): Outcome
}

/** One for the life of the process: it compiles the schema of each property. */
export function createReader(country: CountryPack): FieldReader {
  const validators = propertyValidators(country.identitySchema.schema)
  const inputs = (field: Field) => inputNames(country, field)
  return {
    inputs,
    read(field, typed, now) {
      const [first = field.id] = inputs(field)
      const outcome = readByKind(country, field, typed, now)
      if (outcome.outcome === 'empty' && field.required)
        return { outcome: 'wrong', error: { input: first, key: 'enrolment.error-required' } }
      if (outcome.outcome !== 'value') return outcome
      return validators.get(field.id)?.(outcome.value)
        ? outcome
        : { outcome: 'wrong', error: { input: first, key: 'enrolment.error-form' } }
    },
  }
}

const dateParts = ['day', 'month', 'year'] as const

export function inputNames(country: CountryPack, field: Field): string[] {
  if (field.kind === 'localised-text')
    return country.languages.map(({ tag }) => `${field.id}-${tag}`)
  if (field.kind === 'date') return dateParts.map((part) => `${field.id}-${part}`)
  return [field.id]
}

function readByKind(country: CountryPack, field: Field, typed: Typed, now: Date): Outcome {
  const text = clean(typed[field.id])
  switch (field.kind) {
    case 'localised-text':
      return readLocalised(country, field, typed)
    case 'date':
      return readDate(field, typed, now)
    case 'phone':
      return given(
        latinDigits(text)
          .replace(/[\s().-]/g, '')
          .replace(/^00/, '+'),
      )
    case 'location':
      return readLocation(country, field, typed)
    case 'text':
      return readText(field.id, latinDigits(text))
    default:
      return readText(field.id, text)
  }
}

function readLocalised(country: CountryPack, field: Field, typed: Typed): Outcome {
  const texts = country.languages.map((language) => ({
    language,
    input: `${field.id}-${language.tag}`,
    text: clean(typed[`${field.id}-${language.tag}`]),
  }))
  if (texts.every(({ text }) => text === '')) return { outcome: 'empty' }
  const missing = texts.find(({ language, text }) => language.mandatory && text === '')
  if (missing) return wrong(missing.input, 'enrolment.error-language')
  const unshowable = texts.find(({ text }) => hiddenCharacters.test(text))
  if (unshowable) return wrong(unshowable.input, 'enrolment.error-characters')
  return {
    outcome: 'value',
    value: texts
      .filter(({ text }) => text !== '')
      .map(({ language, text }) => ({ language: language.iso639, value: text })),
  }
}

/** MOSIP's form: yyyy/MM/dd. */
function readDate(field: Field, typed: Typed, now: Date): Outcome {
  const texts = dateParts.map((part) => latinDigits(clean(typed[`${field.id}-${part}`])))
  if (texts.every((text) => text === '')) return { outcome: 'empty' }
  const at = texts.findIndex((text, index) => !(index === 2 ? /^\d{4}$/ : /^\d{1,2}$/).test(text))
  if (at !== -1) return wrong(`${field.id}-${dateParts[at] ?? 'day'}`, 'enrolment.error-date')
  const [day = 0, month = 0, year = 0] = texts.map(Number)
  const date = new Date(Date.UTC(year, month - 1, day))
  // 31 February rolls over instead of failing.
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day)
    return wrong(`${field.id}-day`, 'enrolment.error-date')
  if (date > now) return wrong(`${field.id}-year`, 'enrolment.error-date-future')
  if (year < now.getUTCFullYear() - ageMaxYears)
    return wrong(`${field.id}-year`, 'enrolment.error-date')
  return given(`${year}/${pad(month)}/${pad(day)}`)
}

/** Places lie in each other: a town must be in the region that was chosen above it. */
function readLocation(country: CountryPack, field: Field, typed: Typed): Outcome {
  const code = clean(typed[field.id])
  if (code === '') return { outcome: 'empty' }
  const place = country.locations.find((location) => location.code === code)
  if (place === undefined || place.level !== field.level)
    return wrong(field.id, 'enrolment.error-form')
  const above = country.fields.find((other) => other.level === place.level - 1)
  const chosen = above && clean(typed[above.id])
  if (chosen && chosen !== place.parent) return wrong(field.id, 'enrolment.error-place')
  return { outcome: 'value', value: code }
}

const readText = (input: string, text: string): Outcome =>
  hiddenCharacters.test(text) ? wrong(input, 'enrolment.error-characters') : given(text)

const given = (text: string): Outcome =>
  text === '' ? { outcome: 'empty' } : { outcome: 'value', value: text }
const wrong = (input: string, key: string): Outcome => ({ outcome: 'wrong', error: { input, key } })

/**
 * What a reader can not see must not tell two names apart: control and private characters, direction marks, spaces of no
 * width. The joiners U+200C and U+200D stay: Persian and many Indian names are spelled with them.
 */
const hiddenCharacters =
  /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/u

const clean = (text = ''): string => text.normalize('NFC').replace(/\s+/g, ' ').trim()
const pad = (number: number): string => String(number).padStart(2, '0')

/** ٠-٩ (U+0660) and ۰-۹ (U+06F0) mean the same numbers. */
const latinDigits = (text: string): string =>
  text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) =>
    String((digit.codePointAt(0) ?? 0) & 0xf),
  )
