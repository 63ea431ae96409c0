/** Public keys that a holder may prove possession of: exactly the members that RFC 7638 §3.2 hashes, nothing else. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { z } from 'zod'

/** 32 bytes, unpadded base64url whose last character has no stray bits (RFC 7515 §2). */
const coordinate = z
  .string()
  .length(43)
  .refine((text) => Buffer.from(text, 'base64url').toString('base64url') === text)

const p256 = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
})
const ed25519 = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: coordinate })

/** `d` and the other private members of RFC 7518 §6: whoever sends one has published his key. */
const privateMembers = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'] as const

export type HolderJwk = z.infer<typeof p256> | z.infer<typeof ed25519>
export interface HolderKey {
  readonly jwk: HolderJwk
  readonly alg: 'ES256' | 'EdDSA'
  readonly key: KeyObject
  /** RFC 7638, SHA-256: two keys are one key when this is equal. */
  readonly thumbprint: string
}

/**
 * A key of an allowed curve whose point lies on it, stripped to its public members. Undefined for anything else, and
 * for a JWK with a private member.
 */
export const parseHolderKey = async (candidate: unknown): Promise<HolderKey | undefined> => {
  if (typeof candidate !== 'object' || candidate === null) return undefined
  if (privateMembers.some((member) => member in candidate)) return undefined
  const parsed = z.union([p256, ed25519]).safeParse(candidate)
  if (!parsed.success) return undefined
  const jwk = parsed.data
  const key = importPoint(jwk)
  if (!key) return undefined
  return {
    jwk,
    alg: jwk.kty === 'EC' ? 'ES256' : 'EdDSA',
    key,
    thumbprint: await calculateJwkThumbprint(jwk),
  }
}

/** OpenSSL refuses a point that is not on the curve: an expected refusal here, hence the catch. */
const importPoint = (jwk: HolderJwk): KeyObject | undefined => {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}
