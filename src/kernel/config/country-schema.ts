/** What each file of a country pack may hold. Shapes only; rules that join files are in `country-checks.ts`. */
import { z } from 'zod'
import type { Localised } from './country.ts'

/** MOSIP's field categories: they decide who may see a field. */
export const categories = ['none', 'pvt', 'kyc', 'evidence', 'optional'] as const
export const fieldKinds = [
  'localised-text',
  'text',
  'date',
  'choice',
  'location',
  'language',
  'email',
  'phone',
  'biometric',
] as const
/** OpenID Connect Core §5.1, standard claims that a civil registry can answer. */
export const claims = [
  'name',
  'given_name',
  'family_name',
  'birthdate',
  'gender',
  'phone_number',
  'email',
  'address',
  'picture',
  'locale',
] as const
/** Members of the `address` claim: OpenID Connect Core §5.1.1. */
export const addressMembers = ['street_address', 'locality', 'region', 'postal_code'] as const
/** MOSIP's UIN filters by name; `registry/identifiers` gives them their meaning. */
export const uinRules = [
  'leading-zero-or-one',
  'run-of-three',
  'near-repeat',
  'repeated-pair',
  'three-even',
  'restricted-number',
  'mirrored-ends',
] as const

const code = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,35}$/, {
  error: 'expected letters, digits and hyphens, at most 36',
})
const languageTag = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?$/, { error: 'expected a BCP 47 tag such as "fr"' })

/** `tags`: languages of the pack; every text must have exactly these. */
export function packFiles(tags: readonly string[]) {
  const localised = z.strictObject(
    Object.fromEntries(tags.map((tag) => [tag, z.string().trim().min(1).max(2_000)])),
  ) as unknown as z.ZodType<Localised>
  return {
    'country.json': countryFile(localised),
    'identity-schema.json': z.strictObject({
      version: z.string().regex(/^\d+\.\d+$/, { error: 'expected a version such as "0.1"' }),
      schema: z.record(z.string(), z.unknown()),
    }),
    'fields.json': fieldsFile(localised),
    'locations.json': z.strictObject({
      locations: z
        .array(
          z.strictObject({
            code,
            parent: code.exactOptional(),
            level: z.int().min(1).max(8),
            name: localised,
          }),
        )
        .min(1)
        .max(100_000),
    }),
    'centres.json': z.strictObject({
      centres: z
        .array(z.strictObject({ code, name: localised, location: code }))
        .min(1)
        .max(20_000),
    }),
    'vid-policies.json': z.strictObject({ vidTypes: z.array(vidPolicy(localised)).min(1).max(20) }),
    'templates.json': z.record(code, z.strictObject({ subject: localised, text: localised })),
    'thresholds.json': z.strictObject({
      /** Quality 0..100 below which a face is sent back. */
      faceQuality: z.number().min(1).max(100),
      /** Comparison score 0..1 from which a person is a candidate in a search. */
      faceIdentify: z.number().gt(0).lt(1),
      /** Comparison score 0..1 from which a person is taken to be the one he claims to be. */
      faceVerify: z.number().gt(0).lt(1),
    }),
  }
}

function countryFile(localised: z.ZodType<Localised>) {
  return z.strictObject({
    code,
    name: localised,
    brand: z.strictObject({
      accent: z.string().regex(/^#[0-9a-f]{6}$/, { error: 'expected a colour such as "#0b5c7a"' }),
    }),
    languages: z
      .array(
        z.strictObject({
          tag: languageTag,
          /** In its own language. */
          name: z.string().min(1).max(60),
          direction: z.enum(['ltr', 'rtl']),
          /** A localised field must be given in it. */
          mandatory: z.boolean(),
          /** ISO 639-2 code, as MOSIP's `language` values carry it ("eng"). */
          iso639: z
            .string()
            .regex(/^[a-z]{3}$/, { error: 'expected an ISO 639-2 code such as "fra"' }),
        }),
      )
      .min(1)
      .max(12),
    timeZone: z.string().refine(isTimeZone, { error: 'expected an IANA time zone' }),
    /** People alive and to be born that the UIN must be able to number. */
    population: z.int().min(1).max(10_000_000_000),
    uin: z.strictObject({
      // The registry counts exactly up to 13 digits (decision 0007).
      length: z.int().min(10).max(13),
      rules: z
        .array(z.enum(uinRules))
        .refine((list) => new Set(list).size === list.length, { error: 'expected each rule once' })
        .refine((list) => list.includes('near-repeat') || !list.includes('repeated-pair'), {
          error: 'expected near-repeat beside repeated-pair, or the numbers can not be counted',
        }),
    }),
  })
}

function fieldsFile(localised: z.ZodType<Localised>) {
  const field = z.strictObject({
    id: z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,39}$/, { error: 'expected a property name' }),
    /** Page of the form: one of `groups`. */
    group: code,
    category: z.enum(categories),
    kind: z.enum(fieldKinds),
    label: localised,
    hint: localised.exactOptional(),
    required: z.boolean(),
    /** OIDC claim this field answers (`name`, `birthdate`), if any. */
    claim: z.enum(claims).exactOptional(),
    /** Where the claim is `address`: which member of it (OpenID Connect Core §5.1.1). */
    addressMember: z.enum(addressMembers).exactOptional(),
    choices: z
      .array(z.strictObject({ code, label: localised }))
      .min(2)
      .max(500)
      .exactOptional(),
    /** `location` only: level of the places to choose from. */
    level: z.int().min(1).max(8).exactOptional(),
    /** HTML autocomplete token (HTML §4.10.18.7.1). */
    autocomplete: z
      .string()
      .regex(/^[a-z0-9 -]{2,40}$/)
      .exactOptional(),
  })
  return z.strictObject({
    groups: z
      .array(z.strictObject({ id: code, title: localised }))
      .min(1)
      .max(20),
    fields: z.array(field).min(1).max(100),
  })
}

function vidPolicy(localised: z.ZodType<Localised>) {
  return z.strictObject({
    /** MOSIP's: Perpetual, Temporary, OneTimeUse. */
    type: code,
    name: localised,
    validForMinutes: z.int().min(1).max(5_256_000).exactOptional(),
    transactionsAllowed: z.int().min(1).max(1_000_000).exactOptional(),
    instancesAllowed: z.int().min(1).max(100),
    autoRestoreAllowed: z.boolean(),
    restoreOnAction: z.enum(['REVOKED', 'REGENERATE']),
  })
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
