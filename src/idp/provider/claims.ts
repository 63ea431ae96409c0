/** Scopes and claims that this country's records can answer (OIDC Core §5.4), from the pack's fields. */
import type { CountryPack } from '#kernel/config/country.ts'
import type { RegisteredClient } from '../clients/metadata.ts'

/** Scope -> the claims it asks for. */
export type ScopeClaims = Readonly<Record<string, readonly string[]>>

const standard: ScopeClaims = {
  profile: [
    'name',
    'given_name',
    'family_name',
    'middle_name',
    'nickname',
    'gender',
    'birthdate',
    'locale',
    'zoneinfo',
  ],
  email: ['email'],
  phone: ['phone_number'],
  address: ['address'],
}

/** Made once at start: a login looks into it a dozen times. */
export interface ClaimTable {
  /** Every claim of the pack, and its spellings: `name`, `name#ar`. */
  readonly all: readonly string[]
  readonly byScope: ScopeClaims
}
export const claimTable = (country: CountryPack): ClaimTable => {
  const tags = country.languages.map(({ tag }) => tag)
  const all = new Set(
    country.fields.flatMap(({ claim, kind }) => {
      if (claim === undefined) return []
      // OIDC Core §5.2: one spelling is asked for by `name#ar`. An address is one object, in one language.
      const spelled = kind === 'localised-text' && claim !== 'address'
      return spelled ? [claim, ...tags.map((tag) => `${claim}#${tag}`)] : [claim]
    }),
  )
  const byScope = Object.entries(standard).map(([scope, claims]) => [
    scope,
    claims.filter((claim) => all.has(claim)),
  ])
  return { all: [...all], byScope: Object.fromEntries(byScope) as ScopeClaims }
}

/**
 * The engine's `claims` setting: `acr` and `amr` are in every ID token, a claim of no scope only when it is asked for.
 * One table names scopes and claims there, so what is both (`email`) stands as the scope.
 */
export const engineClaims = (table: ClaimTable): Record<string, null | readonly string[]> => ({
  ...Object.fromEntries(table.all.map((claim) => [claim, null])),
  openid: ['sub', 'acr', 'amr', 'auth_time'],
  ...table.byScope,
})

/** `name` of `name#ar`. */
export const baseOf = (claim: string): string => claim.split('#')[0] ?? claim

export interface AskedClaim {
  readonly name: string
  /** OIDC Core §5.5.1: without it the client cannot serve the person. */
  readonly essential: boolean
}

/** The claims of the record that this client may have at all. */
export const allowedClaims = (
  table: ClaimTable,
  client: Pick<RegisteredClient, 'allowed_claims'> | undefined,
): ReadonlySet<string> => {
  const allowed = client?.allowed_claims
  return new Set(allowed ? table.all.filter((claim) => allowed.includes(baseOf(claim))) : table.all)
}

/** Every claim of the record that a request asks for, by scope or by the `claims` parameter, essential ones first. */
export const askedClaims = (
  table: ClaimTable,
  client: Pick<RegisteredClient, 'allowed_claims'> | undefined,
  params: { readonly scope?: unknown; readonly claims?: unknown },
): readonly AskedClaim[] => {
  const known = allowedClaims(table, client)
  const asked = new Map<string, boolean>()
  for (const scope of scopesOf(params.scope)) {
    for (const claim of table.byScope[scope] ?? []) {
      if (known.has(claim)) asked.set(claim, false)
    }
  }
  const members = typeof params.claims === 'string' ? parseClaims(params.claims) : []
  for (const [name, essential] of members) {
    if (known.has(name)) asked.set(name, essential || asked.get(name) === true)
  }
  return [...asked]
    .map(([name, essential]) => ({ name, essential }))
    .sort((a, b) => Number(b.essential) - Number(a.essential))
}

/** The scopes of a request that mean something here; others are ignored (OIDC Core §3.1.2.1). */
export const knownScopes = (table: ClaimTable, scope: unknown): readonly string[] => {
  const known = ['openid', 'offline_access', ...Object.keys(table.byScope)]
  return scopesOf(scope).filter((name) => known.includes(name))
}

export const scopesOf = (scope: unknown): readonly string[] =>
  typeof scope === 'string' ? scope.split(' ').filter((text) => text !== '') : []

const parseClaims = (text: string): [string, boolean][] => {
  const { userinfo, id_token } = JSON.parse(text) as Record<string, unknown>
  return [userinfo, id_token].flatMap((container) =>
    Object.entries(typeof container === 'object' && container !== null ? container : {}).map(
      ([name, wish]): [string, boolean] => [
        name,
        (wish as { essential?: unknown } | null)?.essential === true,
      ],
    ),
  )
}
