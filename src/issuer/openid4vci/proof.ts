/** Key proofs of type `jwt` (OpenID4VCI 1.0 Appendix F.1, verified as F.4 says). */
import { compactVerify, decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import type { Context } from '#kernel/context.ts'
import { type HolderKey, parseHolderKey } from '../did/public-jwk.ts'
import { resolveKeyUrl } from '../did/resolve.ts'
import type { ProvenKey } from '../formats/compile.ts'
import { proofMaxAgeSeconds, proofMaxAheadSeconds } from '../parameters.ts'
import { refuse } from './problems.ts'

/** Signature algorithms of proofs, as the metadata says. */
export const proofAlgorithms = ['ES256', 'EdDSA'] as const

const header = z.looseObject({
  typ: z.literal('openid4vci-proof+jwt'),
  alg: z.enum(proofAlgorithms),
  jwk: z.record(z.string(), z.unknown()).optional(),
  kid: z.string().min(1).max(2048).optional(),
})
/** Other ways to name a key: by certificate or by URL. A URL would have us fetch what a stranger chose. */
const foreignKeyMembers = ['x5c', 'x5u', 'jku', 'trust_chain', 'x5t', 'x5t#S256'] as const

const payload = z.object({
  iss: z.string().optional(),
  aud: z.string(),
  iat: z.int(),
  exp: z.number().optional(),
  nbf: z.number().optional(),
  nonce: z.string().min(1).max(256).optional(),
})

export interface VerifiedProofs {
  readonly keys: readonly ProvenKey[]
  /** Each once; whether they are ours and fresh is not decided here. */
  readonly nonces: readonly string[]
}

/** Throws `invalid_proof`. `clientId` is the token's; `audience` our credential issuer identifier. */
export const verifyProofs = async (
  ctx: Pick<Context, 'now'>,
  proofs: readonly string[],
  expected: { readonly clientId: string; readonly audience: string },
): Promise<VerifiedProofs> => {
  const verified = await Promise.all(proofs.map((proof) => verifyProof(ctx, proof, expected)))
  const keys = verified.map(({ key }) => key)
  // two copies bound to one key can be linked by it, which is what a batch is to prevent
  if (new Set(keys.map((key) => key.thumbprint)).size !== keys.length)
    throw refuse('invalid_proof', 'two proofs are made with one key')
  return { keys, nonces: [...new Set(verified.map(({ nonce }) => nonce))] }
}

const verifyProof = async (
  ctx: Pick<Context, 'now'>,
  proof: string,
  expected: { readonly clientId: string; readonly audience: string },
): Promise<{ key: ProvenKey; nonce: string }> => {
  const head = header.safeParse(decodedHeader(proof))
  if (!head.success) throw refuse('invalid_proof', 'the header has no accepted typ and alg')
  if (foreignKeyMembers.some((member) => member in head.data))
    throw refuse('invalid_proof', 'the key is expected as jwk or kid')
  const { holder, did } = await keyOf(head.data)
  if (holder.alg !== head.data.alg) throw refuse('invalid_proof', 'alg does not fit the key')
  const nonce = checkedNonce(ctx, await verifiedPayload(proof, holder), expected)
  const { jwk, thumbprint } = holder
  return { nonce, key: { jwk, thumbprint, ...(did === undefined ? {} : { did }) } }
}

const decodedHeader = (proof: string): unknown => {
  try {
    return decodeProtectedHeader(proof)
  } catch {
    throw refuse('invalid_proof', 'not a compact JWT')
  }
}

/** Exactly one of `jwk` and `kid`. */
const keyOf = async ({
  jwk,
  kid,
}: z.infer<typeof header>): Promise<{ holder: HolderKey; did?: string }> => {
  if ((jwk === undefined) === (kid === undefined))
    throw refuse('invalid_proof', 'exactly one of jwk and kid is expected')
  if (jwk !== undefined) {
    const holder = await parseHolderKey(jwk)
    if (!holder) throw refuse('invalid_proof', 'jwk is no public P-256 or Ed25519 key')
    return { holder }
  }
  const resolved = await resolveKeyUrl(kid ?? '')
  if (!resolved) throw refuse('invalid_proof', 'kid is no did:jwk or did:key URL')
  return { holder: resolved, did: resolved.did }
}

const verifiedPayload = async (proof: string, { key, alg }: HolderKey): Promise<unknown> => {
  try {
    const verified = await compactVerify(proof, key, { algorithms: [alg] })
    return JSON.parse(Buffer.from(verified.payload).toString('utf8'))
  } catch {
    throw refuse('invalid_proof', 'the signature does not verify')
  }
}

const checkedNonce = (
  ctx: Pick<Context, 'now'>,
  claims: unknown,
  { clientId, audience }: { readonly clientId: string; readonly audience: string },
): string => {
  const parsed = payload.safeParse(claims)
  if (!parsed.success) throw refuse('invalid_proof', 'aud and iat are expected')
  const { iss, aud, iat, exp, nbf, nonce } = parsed.data
  if (aud !== audience) throw refuse('invalid_proof', 'aud is not this credential issuer')
  if (iss !== undefined && iss !== clientId)
    throw refuse('invalid_proof', 'iss is not the client of the access token')
  const now = ctx.now().getTime() / 1000
  const isFresh = iat >= now - proofMaxAgeSeconds && iat <= now + proofMaxAheadSeconds
  if (!isFresh || (exp !== undefined && exp <= now) || (nbf !== undefined && nbf > now + 60))
    throw refuse('invalid_proof', 'iat is too old or in the future')
  if (nonce === undefined) throw refuse('invalid_proof', 'nonce is missing')
  return nonce
}
