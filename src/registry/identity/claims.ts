/**
 * From a person's record to OpenID Connect claims (OpenID Connect Core §5.1): the pack says which field answers which
 * claim. Localised claims follow §5.2: the preferred language without a tag, the others as `name#ar`.
 */
import type { CountryPack, Field } from '#kernel/config/country.ts'
import type { Photo } from './record.ts'
import { fieldsWithClaim, type IdentityFields, localisedOf, tagOf, textOf } from './values.ts'

interface Asked {
  readonly country: CountryPack
  readonly fields: IdentityFields
  /** BCP 47 tags, the most wanted first. */
  readonly languages: readonly string[]
}

/**
 * Only what is there and was asked for.
 * @param wanted claim names, with or without a language tag (`name`, `name#ar`); unknown ones are ignored.
 */
export function toClaims(
  country: CountryPack,
  record: { readonly fields: IdentityFields; readonly photo?: Photo },
  wanted: readonly string[],
  languages: readonly string[],
): Record<string, unknown> {
  const asked = { country, fields: record.fields, languages }
  const claims: Record<string, unknown> = {}
  for (const claim of wanted) {
    const [base = claim, tag] = claim.split('#')
    if (base === 'picture') {
      if (record.photo !== undefined) claims[claim] = dataUri(record.photo)
    } else if (base === 'address') {
      const address = addressOf(asked, tag)
      if (address !== undefined) claims[claim] = address
    } else {
      Object.assign(claims, claimOf(asked, base, tag))
    }
  }
  return claims
}

function claimOf(asked: Asked, base: string, tag: string | undefined): Record<string, unknown> {
  const claims: Record<string, unknown> = {}
  for (const field of fieldsWithClaim(asked.country, base)) {
    const value = asked.fields[field.id]
    const spellings = spellingsOf(asked.country, value)
    if (spellings.size === 0) {
      const text = plain(asked.country, field, value)
      if (text !== undefined && tag === undefined) claims[base] = text
      continue
    }
    const first = tag ?? firstOf(spellings, asked)
    for (const [language, text] of spellings) {
      if (tag === undefined && language === first) claims[base] = text
      else if (tag === undefined || tag === language) claims[`${base}#${language}`] = text
    }
  }
  return claims
}

/** OpenID Connect Core §5.1.1, in one language. */
function addressOf(asked: Asked, tag: string | undefined): Record<string, string> | undefined {
  const { country, fields } = asked
  const wanted = { ...asked, languages: tag === undefined ? asked.languages : [tag] }
  const lines = new Map<string, string[]>()
  for (const field of fieldsWithClaim(country, 'address')) {
    const member = field.addressMember ?? 'street_address'
    const text = inWords(wanted, field, fields[field.id])
    if (text !== undefined) lines.set(member, [...(lines.get(member) ?? []), text])
  }
  if (lines.size === 0) return undefined
  const address = Object.fromEntries(
    [...lines].map(([member, parts]) => [member, parts.join('\n')]),
  )
  return { formatted: [...lines.values()].flat().join('\n'), ...address }
}

/** A field's value as a reader sees it: one spelling, a choice's or a place's name. */
function inWords(asked: Asked, field: Field, value: unknown): string | undefined {
  const spellings = spellingsOf(asked.country, value)
  const first = firstOf(spellings, asked)
  if (first !== undefined) return spellings.get(first)
  const code = textOf(value)
  const labels =
    field.kind === 'location'
      ? asked.country.locations.find((place) => place.code === code)?.name
      : field.choices?.find((choice) => choice.code === code)?.label
  if (labels === undefined) return code
  const label = firstOf(new Map(Object.entries(labels)), asked)
  return label === undefined ? code : labels[label]
}

/** MOSIP's codes in the words of OpenID Connect Core §5.1; any other code stands for itself. */
const genders: Readonly<Record<string, string>> = { FLE: 'female', MLE: 'male' }

/** Dates in ISO 8601 (MOSIP writes slashes), languages as BCP 47, codes as they are. */
function plain(country: CountryPack, field: Field, value: unknown): string | undefined {
  const text = textOf(value)
  if (text === undefined) return undefined
  if (field.kind === 'date') return text.replaceAll('/', '-')
  if (field.kind === 'language') return tagOf(country, text) ?? text
  if (field.claim === 'gender') return genders[text] ?? text
  return text
}

/** BCP 47 tag -> text, in the pack's order of languages. */
function spellingsOf(country: CountryPack, value: unknown): ReadonlyMap<string, string> {
  const given = localisedOf(value)
  const spellings = new Map<string, string>()
  for (const { tag, iso639 } of country.languages) {
    const found = given.find((item) => item.language === iso639)
    if (found !== undefined) spellings.set(tag, found.value)
  }
  return spellings
}

/** `fr-CA` finds `fr` (RFC 4647 §3.4 lookup); then the pack's own order. */
function firstOf(spellings: ReadonlyMap<string, string>, asked: Asked): string | undefined {
  const wanted = asked.languages.flatMap((tag) => [tag, tag.split('-')[0] ?? tag])
  const found = wanted.find((tag) => spellings.has(tag))
  return found ?? spellings.keys().next().value
}

const dataUri = ({ type, data }: Photo): string =>
  `data:${type};base64,${Buffer.from(data).toString('base64')}`
