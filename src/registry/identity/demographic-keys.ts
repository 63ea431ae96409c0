/**
 * What makes two packets demographically the same: name, date of birth and gender (MOSIP's demo dedupe), exact after
 * normalisation. One key for each language of the name, so that one shared spelling is enough to raise the question; a
 * person answers it. Only keyed hashes are kept.
 */
import type { Context } from '#kernel/context.ts'
import { normaliseName } from './normalise-name.ts'
import { fieldsWithClaim, type IdentityFields, localisedOf, textOf } from './values.ts'

/** Claims that make up a name, in the order in which they are joined. */
const nameClaims = ['name', 'given_name', 'family_name']

/** Sorted, so that two packets claim shared keys in one order and can not lock each other out. */
export function demographicKeys(
  { country, vault }: Pick<Context, 'country' | 'vault'>,
  fields: IdentityFields,
): readonly string[] {
  const value = (claim: string) => {
    const [field] = fieldsWithClaim(country, claim)
    return field === undefined ? undefined : fields[field.id]
  }
  const birthdate = textOf(value('birthdate'))?.replaceAll('-', '/') ?? ''
  const gender = codeOf(value('gender'))
  const keys = country.languages.flatMap(({ iso639 }) => {
    const name = nameClaims
      .flatMap((claim) => localisedOf(value(claim)).filter((item) => item.language === iso639))
      .map((item) => normaliseName(item.value))
      .join('\n')
    if (name.trim() === '') return []
    return [vault.lookup('demographic', JSON.stringify([iso639, name, birthdate, gender]))]
  })
  return keys.sort()
}

/** A code, or MOSIP's localised form of it, of which the first language counts. */
const codeOf = (value: unknown): string =>
  normaliseName(textOf(value) ?? localisedOf(value)[0]?.value ?? '')
