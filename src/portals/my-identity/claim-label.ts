/** A claim in the reader's words: the country's label of the field that answers it, else ours, else its name. */
import type { Context } from '#kernel/context.ts'
import { inLanguage } from '../present-fields.ts'

export const claimLabel = (
  { country, web }: Pick<Context, 'country' | 'web'>,
  language: string,
  claim: string,
): string => {
  // OpenID Connect Core §5.2: a claim may carry a language tag, `name#ar`.
  const name = claim.split('#')[0] ?? claim
  const key = `my-identity.claim.${name}`
  if (web.catalogues.has(language, key)) return web.catalogues.text(language, key)
  const fields = country.fields.filter((field) => field.claim === name)
  return fields.length === 1 && fields[0] ? inLanguage(fields[0].label, language) : name
}
