/** Shape of `credentials.json` of a country pack: which credentials the country issues, and from which claims. */
import { z } from 'zod'
import type { Localised } from '#kernel/config/country.ts'

const hexColour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/, { error: 'expected a colour such as "#0b5c7a"' })
const configurationId = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,59}$/, { error: 'expected lower-case letters, digits and hyphens' })
const claimName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,59}$/, { error: 'expected letters, digits and underscores' })

/** Claims that the registry answers (OpenID Connect Core §5.1) and a credential may carry. */
export const sources = [
  'name',
  'given_name',
  'family_name',
  'birthdate',
  'gender',
  'phone_number',
  'email',
  'address',
  'locale',
] as const

/** OpenID Connect Core §5.1.1. */
export const addressMembers = [
  'formatted',
  'street_address',
  'locality',
  'region',
  'postal_code',
  'country',
] as const

/** `tags`: languages of the pack; every text must have exactly these. */
export const catalogueFile = (tags: readonly string[]) => {
  const localised = z.strictObject(
    Object.fromEntries(tags.map((tag) => [tag, z.string().trim().min(1).max(500)])),
  ) as unknown as z.ZodType<Localised>
  const claim = z.strictObject({
    /** As the credential spells it. */
    name: claimName,
    /** Registry claim it is made from. */
    from: z.enum(sources),
    /** From a birthdate: whether the person has this age on the day of issue. */
    ageOver: z.int().min(1).max(120).exactOptional(),
    /** Wraps the value: `age_equal_or_over: { "18": true }`. */
    member: z
      .string()
      .regex(/^[A-Za-z0-9_]{1,40}$/)
      .exactOptional(),
    /** Without it no credential is issued. */
    mandatory: z.boolean().default(false),
    label: localised,
  })
  const common = {
    /** OAuth scope that stands for the configuration. */
    scope: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,59}$/, { error: 'expected letters and underscores' }),
    name: localised,
    description: localised,
    backgroundColour: hexColour,
    textColour: hexColour,
    validForDays: z.int().min(1).max(3660),
    claims: z.array(claim).min(1).max(60),
  }
  const sdJwt = z.strictObject({
    format: z.literal('dc+sd-jwt'),
    /** Last part of the `vct` URL, with its version: `national-id/v1`. */
    type: z.string().regex(/^[a-z][a-z0-9-]{0,59}\/v\d{1,4}$/, {
      error: 'expected a type such as "national-id/v1"',
    }),
    /** RFC 9901 §4.2.5. */
    decoys: z.int().min(0).max(16).default(0),
    ...common,
  })
  const ldp = z.strictObject({
    format: z.literal('ldp_vc'),
    /** JSON-LD type of the credential and of its context. */
    type: z.string().regex(/^[A-Z][A-Za-z0-9]{0,59}$/, {
      error: 'expected a type such as "NationalIdCredential"',
    }),
    ...common,
  })
  return z.strictObject({
    issuerName: localised,
    /** What a wallet shows above the field for the transaction code (OpenID4VCI 1.0 §4.1.1, at most 300 characters). */
    transactionCodeHint: z.strictObject(
      Object.fromEntries(tags.map((tag) => [tag, z.string().trim().min(1).max(300)])),
    ) as unknown as z.ZodType<Localised>,
    /** Proofs, and so copies, in one request (OpenID4VCI 1.0 §12.2.4). */
    batchSize: z.int().min(1).max(50),
    configurations: z
      .record(configurationId, z.discriminatedUnion('format', [sdJwt, ldp]))
      .refine((all) => Object.keys(all).length > 0, { error: 'expected at least one' }),
  })
}

export type CatalogueFile = z.infer<ReturnType<typeof catalogueFile>>
export type ConfigurationFile = CatalogueFile['configurations'][string]
export type ClaimRule = ConfigurationFile['claims'][number]
