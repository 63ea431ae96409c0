/**
 * Is this an identity object of this country? The pack's JSON Schema says most of it; what a schema can not say
 * (mandatory languages, real dates, places that lie in each other, text that shows what it holds) is said here.
 */
import { Ajv, type ErrorObject } from 'ajv'
import type { CountryPack, Field } from '#kernel/config/country.ts'
import { liesIn, locationOf } from '../reference-data/locations.ts'
import { type IdentityFields, localisedOf, textOf } from './values.ts'

/** In the order in which they are reported. */
export const identityFaults = [
  'identity.unknown-field',
  'identity.missing-field',
  'identity.invalid-field',
  'identity.missing-language',
  'identity.unknown-location',
] as const
export type IdentityFault = (typeof identityFaults)[number]
export interface IdentityFinding {
  readonly fault: IdentityFault
  /** Ids of the fields at fault; never a value. */
  readonly fields: readonly string[]
}
/** Undefined: all is well. Otherwise the first kind of fault, with every field that has it. */
export type IdentityValidator = (fields: IdentityFields, now: Date) => IdentityFinding | undefined

type Fault = readonly [fault: IdentityFault, field: string]

/** Nobody alive was born before: a bound on typing errors, in years. */
const AGE_MAX_YEARS = 150
/** Findings say enough after this many fields. */
const FIELDS_MAX = 20

/** Compiles the pack's schema (JSON Schema draft-07, closed, no outside references): once a start. */
export function compileIdentity(country: CountryPack): IdentityValidator {
  const ajv = new Ajv({ strict: true, strictRequired: false, allErrors: true, ownProperties: true })
  const validate = ajv.compile({ ...country.identitySchema.schema })
  return (fields, now) => {
    const faults = validate({ identity: fields })
      ? furtherFaults(country, fields, now)
      : (validate.errors ?? []).flatMap(toFaults)
    return firstKind(faults)
  }
}

function firstKind(faults: readonly Fault[]): IdentityFinding | undefined {
  const fault = identityFaults.find((kind) => faults.some(([found]) => found === kind))
  if (fault === undefined) return undefined
  const fields = faults.filter(([found]) => found === fault).map(([, field]) => field)
  return { fault, fields: [...new Set(fields)].sort().slice(0, FIELDS_MAX) }
}

function toFaults(error: ErrorObject): Fault[] {
  const [, root, field, ...deeper] = error.instancePath.split('/')
  const atTop = root === 'identity' && field === undefined
  const { additionalProperty, missingProperty } = error.params as Record<string, string | undefined>
  if (error.keyword === 'additionalProperties' && atTop)
    return [['identity.unknown-field', nameable(additionalProperty)]]
  if (error.keyword === 'required' && atTop)
    return [['identity.missing-field', nameable(missingProperty)]]
  // `anyOf` at the top joins alternatives of `required`, each of which is reported by itself.
  if (atTop && deeper.length === 0 && error.keyword === 'anyOf') return []
  return [['identity.invalid-field', nameable(field)]]
}

/** A name that the client made up may be anything, a person's name too. */
const nameable = (field = ''): string =>
  /^[A-Za-z][A-Za-z0-9]{0,39}$/.test(field) ? field : 'other'

function furtherFaults(country: CountryPack, fields: IdentityFields, now: Date): readonly Fault[] {
  return country.fields.flatMap((field): readonly Fault[] => {
    const value = fields[field.id]
    if (value === undefined) return []
    const texts = field.kind === 'localised-text' ? localisedOf(value).map((i) => i.value) : [value]
    if (!texts.every((text) => typeof text !== 'string' || isShowable(text)))
      return [['identity.invalid-field', field.id]]
    return checks[field.kind]?.(country, field, fields, now) ?? []
  })
}

type Check = (
  country: CountryPack,
  field: Field,
  fields: IdentityFields,
  now: Date,
) => readonly Fault[]

const checks: { readonly [kind in Field['kind']]?: Check } = {
  'localised-text': (country, field, fields) => {
    const given = localisedOf(fields[field.id]).map((item) => item.language)
    if (new Set(given).size < given.length) return [['identity.invalid-field', field.id]]
    const mandatory = country.languages.filter((language) => language.mandatory)
    const complete = mandatory.every(({ iso639 }) => given.includes(iso639))
    return complete ? [] : [['identity.missing-language', field.id]]
  },
  date: (_, field, fields, now) =>
    isBirthdate(textOf(fields[field.id]) ?? '', now) ? [] : [['identity.invalid-field', field.id]],
  location: (country, field, fields) => {
    const code = textOf(fields[field.id]) ?? ''
    const place = locationOf(country, code)
    if (place === undefined || (field.level !== undefined && place.level !== field.level))
      return [['identity.unknown-location', field.id]]
    const above = country.fields.filter(
      (other) => other.kind === 'location' && (other.level ?? 0) < place.level,
    )
    const fits = above.every((other) => {
      const region = textOf(fields[other.id])
      return region === undefined || liesIn(country, code, region)
    })
    return fits ? [] : [['identity.unknown-location', field.id]]
  },
}

/** `yyyy/MM/dd` (MOSIP), a day that exists, neither to come nor out of memory. */
function isBirthdate(text: string, now: Date): boolean {
  const [, year, month, day] = /^(\d{4})\/(\d\d)\/(\d\d)$/.exec(text) ?? []
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`)
  // A date such as 31 February rolls over instead of failing: print it back and compare.
  if (Number.isNaN(date.getTime())) return false
  if (date.toISOString().slice(0, 10) !== `${year}-${month}-${day}`) return false
  // A day's grace: it is tomorrow already east of Greenwich.
  const age = now.getTime() - date.getTime()
  return age > -86_400_000 && date.getUTCFullYear() >= now.getUTCFullYear() - AGE_MAX_YEARS
}

/** No control characters and no direction overrides, with which a name could show as another. */
const isShowable = (text: string): boolean =>
  text.isWellFormed() && text.trim() !== '' && !/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(text)
