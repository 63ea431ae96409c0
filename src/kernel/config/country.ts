/**
 * Contract of a country pack: one folder of data under `config/countries/<code>/`, validated as a whole at start.
 * The shapes come from `country-schema.ts`, which also says what each file may hold.
 */
import type { z } from 'zod'
import type { packFiles } from './country-schema.ts'
import type { JsonSchema } from './json-schema.ts'

/** BCP 47 tag. */
export type Language = string
/** One text in every language of the pack. */
export type Localised = Readonly<Record<Language, string>>

type Files = ReturnType<typeof packFiles>
type File<Name extends keyof Files> = Frozen<z.infer<Files[Name]>>
type Frozen<T> = T extends (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T

/** MOSIP's: Perpetual, Temporary, OneTimeUse. */
export type VidPolicy = File<'vid-policies.json'>['vidTypes'][number]
/** One field of the identity: a property of the identity schema, and how forms ask for it. */
export type Field = File<'fields.json'>['fields'][number]
/** Fields that a form asks for on one page, in order. */
export type FieldGroup = File<'fields.json'>['groups'][number]
export type Location = File<'locations.json'>['locations'][number]
export type Centre = File<'centres.json'>['centres'][number]

export interface CountryPack extends Omit<File<'country.json'>, 'brand'> {
  readonly brand: { readonly emblemSvg: string; readonly accent: string }
  readonly vidTypes: readonly VidPolicy[]
  /** MOSIP's root: it describes `{ identity: { … } }`, not the identity alone. JSON Schema draft-07. */
  readonly identitySchema: { readonly version: string; readonly schema: JsonSchema }
  /** Pages of the enrolment form, in order. */
  readonly groups: readonly FieldGroup[]
  /** How fields appear on forms, in order. */
  readonly fields: readonly Field[]
  readonly locations: readonly Location[]
  readonly centres: readonly Centre[]
  /** By the keys of `message-templates.ts`: subject and text per language with {placeholders}. */
  readonly templates: Readonly<
    Record<string, { readonly subject: Localised; readonly text: Localised }>
  >
  readonly thresholds: File<'thresholds.json'>
}
