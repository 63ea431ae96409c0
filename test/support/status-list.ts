/** Reads published status lists as a verifier does, by other libraries than the issuer's own code. */
import { gunzipSync } from 'node:zlib'
import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list'
import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose'

/** 0 or 1 at `index` of either form of list; a token's signature, typ, sub and validity are checked on the way. */
export const statusAt = async (url: string, index: number): Promise<number> => {
  const response = await fetch(url)
  if (response.status !== 200) throw new Error(`status list: ${response.status}`)
  const body = await response.text()
  if (response.headers.get('content-type') !== 'application/statuslist+jwt')
    return bitAt(body, index)
  const keys = createRemoteJWKSet(new URL('/.well-known/jwt-vc-issuer', url), {
    // the issuer's document holds the set as a member
    [customFetch]: async (address, init) => {
      const document = (await (await fetch(address, init as RequestInit)).json()) as {
        jwks: unknown
      }
      return Response.json(document.jwks)
    },
  })
  await jwtVerify(body, keys, { typ: 'statuslist+jwt', subject: url, algorithms: ['ES256'] })
  return getListFromStatusListJWT(body).getStatus(index)
}

/** W3C Bitstring Status List 1.0 §3.2: the left-most bit is the first. */
const bitAt = (body: string, index: number): number => {
  const { credentialSubject } = JSON.parse(body) as { credentialSubject: { encodedList: string } }
  const encoded = Buffer.from(credentialSubject.encodedList.slice(1), 'base64url')
  const bits = gunzipSync(encoded, { maxOutputLength: 1 << 20 })
  return ((bits[index >> 3] ?? 0) >> (7 - (index & 7))) & 1
}
