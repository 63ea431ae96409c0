/** A wallet's keys and proofs, by jose: independent of the issuer's own verification. */
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'

export interface Holder {
  readonly alg: 'ES256' | 'EdDSA'
  /** Public members only. */
  readonly jwk: JWK
  readonly privateKey: CryptoKey
}

export const newHolder = async (alg: Holder['alg'] = 'ES256'): Promise<Holder> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  return { alg, jwk: await exportJWK(publicKey), privateKey }
}

export interface ProofParts {
  readonly header?: Readonly<Record<string, unknown>>
  readonly payload?: Readonly<Record<string, unknown>>
}

/** A key proof as OpenID4VCI 1.0 Appendix F.1 has it; `change` replaces members, `undefined` removes one. */
export const proofOf = (
  holder: Holder,
  claims: { readonly aud: string; readonly nonce: string; readonly iat: number },
  change: ProofParts = {},
): Promise<string> => {
  const header = { alg: holder.alg, typ: 'openid4vci-proof+jwt', jwk: holder.jwk, ...change.header }
  return new SignJWT({ ...claims, ...change.payload })
    .setProtectedHeader(withoutUndefined(header) as { alg: string })
    .sign(holder.privateKey)
}

const withoutUndefined = (object: object): object =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
