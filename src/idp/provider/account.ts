/** What the engine calls an account: a person, and the claims that were consented. */
import assert from 'node:assert/strict'
import type { Client, FindAccount, KoaContextWithOIDC } from 'oidc-provider'
import { isActive, type PersonId, partnerToken, readClaims } from '#registry'
import type { IdpParts } from '../context.ts'
import { allowedClaims, scopesOf } from './claims.ts'

/** Nobody's, or a deactivated person's account is not found: codes and tokens in flight end with it. */
export const findAccount =
  (ctx: IdpParts): FindAccount =>
  async (engine, accountId) => {
    const person = accountId as PersonId
    if (!(await isActive(ctx, person))) return undefined
    return {
      accountId,
      claims: async (_use, scope, claims, rejected) => {
        const client = await ctx.clients.find(clientIdOf(engine))
        const allowed = allowedClaims(ctx.claims, client)
        const names = consented(ctx, scope, claims, rejected).filter((name) => allowed.has(name))
        // an ID token that carries no claim of the record reads no record, and leaves no leaf
        if (names.length === 0) return { sub: accountId }
        const read = await readClaims(ctx, person, names, {
          actor: { type: 'relying-party', id: clientIdOf(engine) },
          purpose: 'login',
        })
        return { ...read, sub: accountId }
      },
    }
  }

/** Each sector its own `sub`, the same however the person came (OIDC Core §8.1); never the UIN. */
export const pairwiseIdentifier =
  (ctx: IdpParts) =>
  (_engine: KoaContextWithOIDC, accountId: string, client: Client): string => {
    // every client that gets a pairwise `sub` has one (`engineMetadata`)
    assert(client.sectorIdentifierUri, 'a client has a sector')
    return partnerToken(ctx, accountId as PersonId, new URL(client.sectorIdentifierUri).host)
  }

const consented = (
  ctx: IdpParts,
  scope: string,
  claims: object | undefined,
  rejected: readonly string[] = [],
): string[] => {
  const byScope = scopesOf(scope).flatMap((name) => ctx.claims.byScope[name] ?? [])
  const names = new Set([...byScope, ...Object.keys(claims ?? {})])
  return [...names].filter((name) => !rejected.includes(name))
}

const clientIdOf = (engine: KoaContextWithOIDC): string => engine.oidc.client?.clientId ?? ''
