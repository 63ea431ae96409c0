/** What is asked for, with the person's own values, before it is shared. */

import type { Incoming, Reply } from '#kernel/http/http.ts'
import { page } from '#kernel/web/page.ts'
import { type PersonId, readClaims } from '#registry'
import { csrfOf, type SignIn } from '../authentication/steps.ts'
import type { Consent } from '../consent/consent.ts'
import type { IdpParts } from '../context.ts'
import type { AskedClaim } from '../provider/claims.ts'

export interface ConsentLine extends AskedClaim {
  /** Catalogue-free: the field's own label in the pack, or the claim's name. */
  readonly label: string
  /** What the client will read: one text, or one for each language that the record has. */
  readonly values: readonly Spelling[]
  readonly kind: 'text' | 'date' | 'picture' | 'absent'
}

interface Spelling {
  readonly text: string
  readonly lang?: string
  readonly dir?: 'ltr' | 'rtl'
}

export const consentPage = async (
  ctx: IdpParts,
  incoming: Incoming,
  signIn: SignIn,
  asked: { readonly person: PersonId; readonly claims: readonly AskedClaim[] },
): Promise<Reply> => {
  const names = asked.claims.map(({ name }) => name)
  const values =
    names.length === 0
      ? {}
      : await readClaims(
          ctx,
          asked.person,
          names,
          { actor: { type: 'resident', id: 'self' }, purpose: 'consent' },
          { languages: [incoming.language] },
        )
  const lines = asked.claims.map((claim) => line(ctx, incoming.language, claim, values))
  const reply = await page(ctx, incoming, {
    template: new URL('../views/consent.njk', import.meta.url),
    titleKey: 'idp.consent.title',
    titleValues: { client: signIn.client?.name ?? '' },
    address: signIn.base,
    data: {
      base: signIn.base,
      csrf: csrfOf(ctx, `${signIn.binding} consent`),
      client: signIn.client,
      essential: lines.filter(({ essential }) => essential),
      voluntary: lines.filter(({ essential }) => !essential),
    },
  })
  return { ...reply, formActions: signIn.formActions }
}

/** Essential claims are shared or nothing is; of the others those whose box is ticked. */
export const consentFrom = (
  asked: readonly AskedClaim[],
  scopes: readonly string[],
  form: Readonly<Record<string, unknown>>,
): Consent => {
  const shared = ({ name, essential }: AskedClaim) => essential || form[`share.${name}`] === 'yes'
  return {
    scopes,
    claims: asked.filter(shared).map(({ name }) => name),
    rejected: asked.filter((claim) => !shared(claim)).map(({ name }) => name),
  }
}

const line = (
  ctx: IdpParts,
  language: string,
  claim: AskedClaim,
  read: Readonly<Record<string, unknown>>,
): ConsentLine => {
  const value = read[claim.name]
  const field = ctx.country.fields.find((candidate) => candidate.claim === claim.name)
  const label = claim.name === 'address' ? undefined : field?.label[language]
  const kind =
    value === undefined
      ? 'absent'
      : claim.name === 'picture'
        ? 'picture'
        : field?.kind === 'date'
          ? 'date'
          : 'text'
  return { ...claim, label: label ?? '', values: spellings(ctx, claim.name, read), kind }
}

/** OIDC Core §5.2: `name` and `name#ar` are both shared, so both are shown. */
const spellings = (
  { country }: IdpParts,
  name: string,
  read: Readonly<Record<string, unknown>>,
): Spelling[] => {
  const first = textOf(read[name])
  const others = country.languages
    .map(({ tag, direction }) => ({
      text: textOf(read[`${name}#${tag}`]),
      lang: tag,
      dir: direction,
    }))
    .filter(({ text }) => text !== '' && text !== first)
  return [{ text: first }, ...others]
}

/** OIDC Core §5.1.1: an address is an object; the rest are texts. */
const textOf = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return String(value ?? '')
  const { formatted } = value as { formatted?: unknown }
  if (typeof formatted === 'string') return formatted
  return Object.values(value)
    .filter((part) => typeof part === 'string')
    .join(', ')
}
