/** The sandbox's relying parties: their public keys into the register. */
import { loadSandbox, type SandboxClient } from '#kernel/config/sandbox.ts'
import type { Context } from '#kernel/context.ts'
import { registerClient } from './clients.ts'
import type { ClientRegistration } from './metadata.ts'

export interface SeedOptions {
  /** Client id -> more redirect URIs: where a demo happens to listen. Its origin becomes a logout URI too. */
  readonly extraRedirectUris?: Readonly<Record<string, readonly string[]>>
}

/** Demo and test profiles only (`loadSandbox` refuses others); again at each start, so ports may change. */
export const seedClients = async (ctx: Context, options: SeedOptions = {}): Promise<void> => {
  for (const client of loadSandbox(ctx).clients) {
    const extra = options.extraRedirectUris?.[client.client_id] ?? []
    await registerClient(ctx, registrationOf(ctx, client, extra))
  }
}

const registrationOf = (
  ctx: Context,
  client: SandboxClient,
  extra: readonly string[],
): ClientRegistration => {
  const redirectUris = [...new Set([...client.redirect_uris, ...extra])]
  const first = ctx.country.languages[0]?.tag ?? 'en'
  return {
    client_id: client.client_id,
    client_name: client.client_name[first] ?? client.client_id,
    names: client.client_name,
    purpose: client.purpose,
    domain: new URL(client.client_uri).hostname,
    redirect_uris: redirectUris,
    post_logout_redirect_uris: redirectUris.map((uri) => `${new URL(uri).origin}/`),
    grant_types: client.grant_types,
    scope: client.scope,
    allowed_claims: client.allowed_claims,
    ...(client.sector_identifier_uri && { sector_identifier_uri: client.sector_identifier_uri }),
    jwks: { keys: client.jwks.keys.map(({ d: _, ...publicJwk }) => publicJwk) },
    token_endpoint_auth_signing_alg: client.token_endpoint_auth_signing_alg,
  }
}
