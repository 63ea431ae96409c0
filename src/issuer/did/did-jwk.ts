/** did:jwk (quartzjer/did-jwk): the public JWK itself is the identifier; its only key is `#0`. */
import type { HolderJwk } from './public-jwk.ts'

const prefix = 'did:jwk:'
/** A P-256 JWK takes 230 characters. */
const maxCharacters = 1024

export const didJwkOf = (jwk: HolderJwk): string =>
  prefix + Buffer.from(JSON.stringify(jwk)).toString('base64url')

/** What stands in the identifier, not yet judged. Undefined when it is no JSON. */
export const jwkOfDidJwk = (did: string): unknown => {
  if (!did.startsWith(prefix) || did.length > maxCharacters) return undefined
  const encoded = did.slice(prefix.length)
  if (!/^[A-Za-z0-9_-]+$/.test(encoded)) return undefined
  try {
    return JSON.parse(Buffer.from(encoded, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
}
