/** MOSIP's identity object: what one field's value looks like, and how to read it (mosip-lifecycle §3.1). */
import type { CountryPack, Field } from '#kernel/config/country.ts'

/** MOSIP's `simpleType`: `language` is ISO 639-2 ("eng"). */
export interface LocalisedValue {
  readonly language: string
  readonly value: string
}
/** Field id -> value. */
export type IdentityFields = Readonly<Record<string, unknown>>

/** The localised values of a field, or none when it is absent or holds plain text. */
export function localisedOf(value: unknown): readonly LocalisedValue[] {
  return Array.isArray(value) ? value.filter(isLocalised) : []
}

/** Plain text of a field: dates, codes, addresses of channels. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined

export const fieldsWithClaim = (country: CountryPack, claim: string): readonly Field[] =>
  country.fields.filter((field) => field.claim === claim)

export const fieldOfKind = (country: CountryPack, kind: Field['kind']): Field | undefined =>
  country.fields.find((field) => field.kind === kind)

/** BCP 47 tag of an ISO 639-2 code of the pack. */
export const tagOf = (country: CountryPack, iso639: string): string | undefined =>
  country.languages.find((language) => language.iso639 === iso639)?.tag

function isLocalised(item: unknown): item is LocalisedValue {
  if (typeof item !== 'object' || item === null) return false
  const { language, value } = item as Record<string, unknown>
  return typeof language === 'string' && typeof value === 'string'
}
