/** A relying party as it is registered: the standard's metadata (OpenID Connect Registration 1.0 §2) and what our pages show. */
import { z } from 'zod'

const https = z.url({ protocol: /^https$/ }).max(500)
/** A redirect URI is compared byte by byte; plain http only for a program on the person's own machine. */
const redirectUri = z
  .url({ protocol: /^https?$/ })
  .max(500)
  .refine((uri) => !uri.includes('#') && !/[*\s\\]/.test(uri), 'no fragment, wildcard or blank')
  .refine(
    (uri) => uri.startsWith('https:') || isLoopback(new URL(uri).hostname),
    'https, or http on a loopback host',
  )
const localised = z.record(z.string().max(35), z.string().min(1).max(300))
const publicJwk = z
  .looseObject({ kty: z.enum(['EC', 'RSA', 'OKP']), kid: z.string().min(1).max(200) })
  .refine((jwk) => !['d', 'p', 'q', 'k', 'oth'].some((member) => member in jwk), 'public keys only')

export const signingAlgs = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519'] as const
export const preAuthorizedCode = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

export const clientSchema = z.strictObject({
  client_id: z.string().regex(/^[A-Za-z0-9._~:/-]{1,100}$/),
  client_name: z.string().min(1).max(100),
  /** What the page says it is called and what it wants, in the languages it has. */
  names: localised.optional(),
  purpose: localised.optional(),
  /** A domain that it proved to own; shown under its name. */
  domain: z.string().regex(/^[a-z0-9.-]{3,253}$/),
  redirect_uris: z.array(redirectUri).max(10),
  post_logout_redirect_uris: z.array(redirectUri).max(10).default([]),
  grant_types: z
    .array(z.enum(['authorization_code', 'refresh_token', preAuthorizedCode]))
    .min(1)
    .default(['authorization_code']),
  scope: z.string().max(500).default('openid profile email phone address'),
  /** Claims that it may ask for at all; all of the pack's when absent. */
  allowed_claims: z.array(z.string().min(1).max(100)).max(50).optional(),
  sector_identifier_uri: https.optional(),
  jwks: z.strictObject({ keys: z.array(publicJwk).min(1).max(10) }),
  token_endpoint_auth_signing_alg: z.enum(signingAlgs).default('ES256'),
  userinfo_encrypted_response_alg: z.enum(['ECDH-ES', 'RSA-OAEP-256']).optional(),
  dpop_bound_access_tokens: z.boolean().default(false),
  policy_uri: https.optional(),
  tos_uri: https.optional(),
})
export type ClientRegistration = z.input<typeof clientSchema>
export type RegisteredClient = z.output<typeof clientSchema>

export const isLoopback = (hostname: string): boolean =>
  hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]'

/** What the engine's `Client` is made of. */
export const engineMetadata = ({
  names: _names,
  purpose: _purpose,
  allowed_claims: _allowed,
  domain,
  ...client
}: RegisteredClient): Record<string, unknown> => ({
  ...client,
  application_type: 'web',
  response_types: client.redirect_uris.length > 0 ? ['code'] : [],
  token_endpoint_auth_method: 'private_key_jwt',
  subject_type: 'pairwise',
  // one sector for all redirect URIs of a client, whatever their hosts: `sub` survives a new one (OIDC Core §8.1)
  sector_identifier_uri: client.sector_identifier_uri ?? `https://${domain}/`,
  id_token_signed_response_alg: 'ES256',
  userinfo_signed_response_alg: 'ES256',
  ...(client.userinfo_encrypted_response_alg && { userinfo_encrypted_response_enc: 'A256GCM' }),
  require_pushed_authorization_requests: true,
})
