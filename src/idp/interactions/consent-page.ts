/** What is asked for, with the person's own values, before it is shared. */

import type { Incoming, Reply } from '#kernel/http/http.ts'
import { page } from '#kernel/web/page.ts'
import { type PersonId, readClaims } from '#registry'
import { csrfOf, type SignIn } from '../authentication/steps.ts'
import type { Consent } from '../consent/consent.ts'
import type { IdpParts } from '../context.ts'
import { type AskedClaim, baseOf } from '../provider/claims.ts'

export interface ConsentLine extends AskedClaim {
  /** Catalogue-free: the field's own label in the pack, or the claim's name. */
  readonly label: string
  readonly value: string
  readonly kind: 'text' | 'date' | 'picture' | 'absent'
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
      : // in the spelling that userinfo will give, whatever language the page is in
        await readClaims(ctx, asked.person, names, {
          actor: { type: 'resident', id: 'self' },
          purpose: 'consent',
        })
  const lines = asked.claims.map((claim) => line(ctx, incoming.language, claim, values[claim.name]))
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

const line = (ctx: IdpParts, language: string, claim: AskedClaim, value: unknown): ConsentLine => {
  const base = baseOf(claim.name)
  const field = ctx.country.fields.find((candidate) => candidate.claim === base)
  const label = base === 'address' ? undefined : field?.label[language]
  const spelling = ctx.country.languages.find(({ tag }) => claim.name === `${base}#${tag}`)
  const kind =
    value === undefined
      ? 'absent'
      : claim.name === 'picture'
        ? 'picture'
        : field?.kind === 'date'
          ? 'date'
          : 'text'
  const named = spelling && label ? `${label} (${spelling.name})` : label
  return { ...claim, label: named ?? '', value: textOf(value), kind }
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
