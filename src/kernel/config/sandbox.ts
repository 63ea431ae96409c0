/**
 * The sandbox: people, relying parties, operators and staff that exist nowhere else, with their private keys and
 * passwords in the open, so that anybody can try everything at once. Only the demo and test profiles may read it.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { packFolder } from './load-country.ts'
import { issueLines, missing, pathText, refusal } from './refusal.ts'

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
/** RFC 7517 §4, RFC 7518 §6.2: a private P-256 key that signs. */
const privateJwk = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
  d: coordinate,
  kid: z.string().min(1).max(64),
  alg: z.literal('ES256'),
  use: z.literal('sig'),
})
const text = z.string().min(1).max(500)
const localised = z.record(z.string(), text)
const staffId = z.string().regex(/^[a-z0-9-]{1,40}$/)

/** OpenID Connect Dynamic Client Registration 1.0 §2, as oidc-provider takes it. */
const client = z.strictObject({
  client_id: z.string().regex(/^[a-z0-9-]{1,40}$/),
  client_name: localised,
  /** Why it asks; shown on the consent page. */
  purpose: localised,
  client_uri: z.url(),
  redirect_uris: z.array(z.url()).min(1).max(10),
  /** Whose host the pairwise `sub` is made for, where redirect URIs have several (OpenID Connect Core §8.1). */
  sector_identifier_uri: z.url().exactOptional(),
  application_type: z.literal('web'),
  response_types: z.array(z.literal('code')).length(1),
  grant_types: z.array(z.enum(['authorization_code', 'refresh_token'])).min(1),
  token_endpoint_auth_method: z.literal('private_key_jwt'),
  token_endpoint_auth_signing_alg: z.literal('ES256'),
  id_token_signed_response_alg: z.literal('ES256'),
  userinfo_signed_response_alg: z.literal('ES256'),
  subject_type: z.literal('pairwise'),
  require_pushed_authorization_requests: z.literal(true),
  scope: text,
  /** Claims it may ask for at all. */
  allowed_claims: z.array(text).min(1).max(50),
  jwks: z.strictObject({ keys: z.array(privateJwk).min(1).max(5) }),
})
const sandboxSchema = z.strictObject({
  persons: z
    .array(
      z.strictObject({
        uin: z.string().regex(/^\d{10,16}$/),
        vids: z
          .array(z.strictObject({ type: text, vid: z.string().regex(/^\d{16}$/) }))
          .max(10)
          .exactOptional(),
        /** As the identity schema wants it; whoever seeds it validates it. */
        identity: z.record(z.string(), z.unknown()),
      }),
    )
    .max(1_000),
  clients: z.array(client).max(100),
  operators: z.array(z.strictObject({ id: staffId, name: text, jwk: privateJwk })).max(100),
  staff: z
    .array(
      z.strictObject({
        id: staffId,
        name: text,
        roles: z.array(z.enum(['operator', 'adjudicator', 'administrator'])).min(1),
        password: z.string().min(8).max(100),
        /** Made beforehand (scripts/make-sandbox.ts): four of them would cost the first start most of a second. */
        passwordHash: z.string().startsWith('argon2id$').max(200).exactOptional(),
        token: coordinate,
      }),
    )
    .max(100),
})
export type Sandbox = z.infer<typeof sandboxSchema>
export type SandboxPerson = Sandbox['persons'][number]
export type SandboxClient = Sandbox['clients'][number]

/** Problem `sandbox.invalid`: wrong profile, no file, or a file that is not of this shape. */
export function loadSandbox(ctx: Pick<Context, 'config'>): Sandbox {
  const { config } = ctx
  if (config.profile === 'production')
    throw refusal('sandbox', 'The sandbox is closed', ['only the demo and test profiles have one'])
  const name = `config/countries/${config.country.code}/sandbox.json`
  const result = sandboxSchema.safeParse(readJson(join(packFolder(config), 'sandbox.json'), name), {
    error: missing,
  })
  if (result.success) return result.data
  const lines = issueLines(result.error).map(
    ({ path, text }) => `${name}: ${pathText(path)}: ${text}`,
  )
  throw refusal('sandbox', 'The sandbox is refused', lines)
}

function readJson(path: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is not JSON' : 'can not be read'
    throw refusal('sandbox', 'The sandbox is refused', [`${name}: ${reason}`])
  }
}
