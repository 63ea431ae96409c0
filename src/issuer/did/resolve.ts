/**
 * Resolution of a holder's DID behind did-resolver's interface. Only methods that carry the key in the identifier:
 * nothing is fetched, so no caller can make us open a connection.
 */
import { type DIDDocument, type DIDResolutionResult, type ParsedDID, Resolver } from 'did-resolver'
import { jwkOfDidJwk } from './did-jwk.ts'
import { jwkOfDidKey } from './did-key.ts'
import { type HolderKey, parseHolderKey } from './public-jwk.ts'

export interface ResolvedKey extends HolderKey {
  /** Without the fragment. */
  readonly did: string
}

/** `did:jwk:…#0` or `did:key:z…#z…`. Undefined for every other method, key type or fragment. */
export const resolveKeyUrl = async (keyUrl: string): Promise<ResolvedKey | undefined> => {
  if (keyUrl.length > 2048) return undefined
  const { didDocument } = await resolver.resolve(keyUrl)
  const method = didDocument?.verificationMethod?.find((candidate) => candidate.id === keyUrl)
  if (!didDocument || !method) return undefined
  const holder = await parseHolderKey(method.publicKeyJwk)
  return holder && { ...holder, did: didDocument.id }
}

const resolver = new Resolver({
  jwk: async (did, parsed) => resolution(parsed, '#0', jwkOfDidJwk(did)),
  key: async (did, parsed) => resolution(parsed, `#${parsed.id}`, jwkOfDidKey(did)),
})

const resolution = (parsed: ParsedDID, fragment: string, jwk: unknown): DIDResolutionResult => {
  if (typeof jwk !== 'object' || jwk === null)
    return {
      didResolutionMetadata: { error: 'invalidDid' },
      didDocument: null,
      didDocumentMetadata: {},
    }
  const document = {
    id: parsed.did,
    verificationMethod: [
      { id: parsed.did + fragment, type: 'JsonWebKey', controller: parsed.did, publicKeyJwk: jwk },
    ],
  } as DIDDocument
  return { didResolutionMetadata: {}, didDocument: document, didDocumentMetadata: {} }
}
