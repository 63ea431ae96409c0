/** Contract of a country pack: one folder of data under `config/countries/<code>/`, validated as a whole at start. */
import type { JsonSchema } from './json-schema.ts'

/** BCP 47 tag. */
export type Language = string
/** One text in every language of the pack. */
export type Localised = Readonly<Record<Language, string>>

export interface CountryPack {
  readonly code: string
  readonly name: Localised
  readonly brand: { readonly emblemSvg: string; readonly accent: string }
  readonly languages: readonly {
    readonly tag: Language
    /** In its own language. */
    readonly name: string
    readonly direction: 'ltr' | 'rtl'
    /** A name must be given in it. */
    readonly mandatory: boolean
    /** ISO 639-2 code, as MOSIP's `language` values carry it ("eng"). */
    readonly iso639: string
  }[]
  readonly timeZone: string
  readonly population: number
  readonly uin: { readonly length: number; readonly rules: readonly string[] }
  readonly vidTypes: readonly VidPolicy[]
  readonly identitySchema: { readonly version: string; readonly schema: JsonSchema }
  /** How fields appear on forms, in order. */
  readonly fields: readonly Field[]
  readonly locations: readonly Location[]
  readonly centres: readonly {
    readonly code: string
    readonly name: Localised
    readonly location: string
  }[]
  /** `otp`, `identity-issued`, …: subject and text per language with {placeholders}. */
  readonly templates: Readonly<
    Record<string, { readonly subject: Localised; readonly text: Localised }>
  >
  readonly thresholds: {
    /** Quality 0..100 below which a face is sent back. */
    readonly faceQuality: number
    /** Comparison score (cosine distance form is the hub's business) above which a person is a candidate. */
    readonly faceIdentify: number
    readonly faceVerify: number
  }
}
export interface VidPolicy {
  /** MOSIP's: Perpetual, Temporary, OneTimeUse. */
  readonly type: string
  readonly name: Localised
  readonly validForMinutes?: number
  readonly transactionsAllowed?: number
  readonly instancesAllowed: number
  readonly autoRestoreAllowed: boolean
  readonly restoreOnAction: 'REVOKED' | 'REGENERATE'
}
export interface Field {
  readonly id: string
  /** MOSIP's field categories. */
  readonly category: 'none' | 'pvt' | 'kyc' | 'evidence' | 'optional'
  readonly kind:
    | 'localised-text'
    | 'text'
    | 'date'
    | 'choice'
    | 'location'
    | 'email'
    | 'phone'
    | 'biometric'
  readonly label: Localised
  readonly hint?: Localised
  readonly required: boolean
  /** OIDC claim this field answers (`name`, `birthdate`), if any. */
  readonly claim?: string
  readonly choices?: readonly { readonly code: string; readonly label: Localised }[]
  readonly autocomplete?: string
}
export interface Location {
  readonly code: string
  readonly parent?: string
  readonly level: number
  readonly name: Localised
}
