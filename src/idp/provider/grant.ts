/** Grants: one for each login, from what was consented now or is remembered from before. */
import type { Grant, KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { RegisteredClient } from '../clients/metadata.ts'
import { type Consent, covers, rememberedConsent } from '../consent/consent.ts'
import type { IdpParts } from '../context.ts'
import { allowedClaims, askedClaims, knownScopes } from './claims.ts'

/** The grant of this login. Without one the engine asks for consent: what was shared once is not shared again. */
export const existingGrant = async (
  ctx: IdpParts,
  engine: KoaContextWithOIDC,
): Promise<Grant | undefined> => {
  const { provider, client, account, result, params } = engine.oidc
  const given = result?.consent?.grantId
  if (given !== undefined) return provider.Grant.find(given)
  if (!client || !account || !params) return undefined
  const remembered = await rememberedConsent(ctx, account.accountId, client.clientId)
  const registered = await ctx.clients.find(client.clientId)
  if (!remembered || !covers(remembered, askedOf(ctx, registered, params))) return undefined
  if (!registered) return undefined
  const grant = newGrant(ctx, provider, account.accountId, registered, remembered)
  await grant.save()
  return grant
}

export const newGrant = (
  ctx: IdpParts,
  provider: Provider,
  accountId: string,
  client: RegisteredClient,
  consent: Consent,
): Grant => {
  const grant = new provider.Grant({ accountId, clientId: client.client_id })
  grant.addOIDCScope(consent.scopes.join(' '))
  if (consent.claims.length > 0) grant.addOIDCClaims([...consent.claims])
  // what the client may not have at all counts as turned off, or the engine would ask for it for ever
  const allowed = allowedClaims(ctx.claims, client)
  const withheld = ctx.claims.all.filter((claim) => !allowed.has(claim))
  const rejected = [...consent.rejected, ...withheld]
  if (rejected.length > 0) grant.rejectOIDCClaims(rejected)
  return grant
}

/** What a request asks consent for. */
export const askedOf = (
  ctx: IdpParts,
  client: RegisteredClient | undefined,
  params: Readonly<Record<string, unknown>>,
): { readonly scopes: readonly string[]; readonly claims: readonly string[] } => ({
  scopes: knownScopes(ctx.claims, params.scope),
  claims: askedClaims(ctx.claims, client, params).map(({ name }) => name),
})
