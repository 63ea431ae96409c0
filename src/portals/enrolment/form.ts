/** Pages of the form: one group of the pack's fields each. */
import type { CountryPack, Field, FieldGroup } from '#kernel/config/country.ts'
import { alternativesOf } from '#kernel/config/identity-schema.ts'
import type { Draft } from './draft.ts'
import type { FieldReader, FormError, Typed } from './values.ts'

export interface Reading {
  /** Field id -> value, in MOSIP's shape; what is wrong or empty is left out. */
  readonly identity: Readonly<Record<string, unknown>>
  readonly errors: readonly FormError[]
}

export const fieldsOf = (country: CountryPack, group: string): readonly Field[] =>
  country.fields.filter((field) => field.group === group)

/** The group that asks for the photograph, where the pack has one. */
export const takesPhoto = (country: CountryPack, group: string): boolean =>
  fieldsOf(country, group).some(({ kind }) => kind === 'biometric')

export function readGroup(
  country: CountryPack,
  reader: FieldReader,
  group: string,
  typed: Typed,
  now: Date,
): Reading {
  const identity: Record<string, unknown> = {}
  const errors: FormError[] = []
  const fields = fieldsOf(country, group).filter(({ kind }) => kind !== 'biometric')
  for (const field of fields) {
    const result = reader.read(field, typed, now)
    if (result.outcome === 'value') identity[field.id] = result.value
    if (result.outcome === 'wrong')
      errors.push({ field: result.error.input, key: result.error.key, values: { id: field.id } })
  }
  const alternatives = alternativesOf(country.identitySchema.schema)
  const asked =
    alternatives.length > 0 && alternatives.every((id) => fields.some((it) => it.id === id))
  const [first = ''] = alternatives
  if (asked && errors.length === 0 && !alternatives.some((id) => id in identity))
    errors.push({ field: first, key: 'enrolment.error-one-of', values: { id: first } })
  return { identity, errors }
}

/** Everything typed so far, and the first page on which something is missing or wrong. */
export function readAll(
  country: CountryPack,
  reader: FieldReader,
  draft: Draft,
  now: Date,
): { readonly identity: Readonly<Record<string, unknown>>; readonly unfinished?: string } {
  const readings = country.groups.map(({ id }) => ({
    id,
    ...readGroup(country, reader, id, draft.values, now),
  }))
  const unfinished = readings.find(
    ({ id, errors }) =>
      errors.length > 0 || (takesPhoto(country, id) && !photoIsGood(country, draft)),
  )
  const identity = Object.assign({}, ...readings.map((reading) => reading.identity)) as Record<
    string,
    unknown
  >
  return { identity, ...(unfinished && { unfinished: unfinished.id }) }
}

export const photoIsGood = (country: CountryPack, { photo }: Draft): boolean =>
  photo !== undefined && photo.quality >= country.thresholds.faceQuality

/** Of what the browser sent, the inputs of this group; anything else is not ours. */
export function typedOf(
  country: CountryPack,
  reader: FieldReader,
  group: string,
  body: Typed,
): Typed {
  const names = fieldsOf(country, group).flatMap((field) => reader.inputs(field))
  return Object.fromEntries(names.map((name) => [name, body[name] ?? '']))
}

export const nextGroup = (country: CountryPack, group: string): FieldGroup | undefined =>
  country.groups[country.groups.findIndex(({ id }) => id === group) + 1]

export const previousGroup = (country: CountryPack, group: string): FieldGroup | undefined =>
  country.groups[country.groups.findIndex(({ id }) => id === group) - 1]
