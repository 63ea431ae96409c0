/** Our own did:web document: the key that signs Data Integrity proofs (W3C CCG did-method-web, DID 1.0 §5). */
import type { Context } from '#kernel/context.ts'
import type { KeyInfo } from '#kernel/keys/keys.ts'
import { ed25519Multikey } from './did-key.ts'

/** `https://id.example:8443` is `did:web:id.example%3A8443`. The public URL has no path. */
export const issuerDid = (publicUrl: string): string =>
  `did:web:${encodeURIComponent(new URL(publicUrl).host)}`

export const verificationMethodId = (did: string, kid: string): string => `${did}#${kid}`

export interface Multikey {
  readonly id: string
  readonly type: 'Multikey'
  readonly controller: string
  readonly publicKeyMultibase: string
}

/** Retired keys stay: what they signed is still valid. */
export const didDocument = async (ctx: Context): Promise<Record<string, unknown>> => {
  const did = issuerDid(ctx.config.server.publicUrl)
  const keys = await ctx.keys.list('credential-data-integrity')
  const verificationMethod = keys.filter(isPublished).map((key) => multikey(did, key))
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod,
    assertionMethod: verificationMethod.map((method) => method.id),
  }
}

/** A key that was never to be used, or never again, is not published. */
export const isPublished = (key: KeyInfo): boolean =>
  key.state !== 'destroyed' && key.publicJwk !== undefined

const multikey = (did: string, key: KeyInfo): Multikey => ({
  id: verificationMethodId(did, key.kid),
  type: 'Multikey',
  controller: did,
  publicKeyMultibase: ed25519Multikey(Buffer.from(key.publicJwk?.x ?? '', 'base64url')),
})
