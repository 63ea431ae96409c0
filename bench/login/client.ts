/** The other side of a login: a relying party by openid-client and a resident's browser, both in the load generator. */
import { randomUUID } from 'node:crypto'
import * as client from 'openid-client'
import type { ClientRegistration } from '#idp'
import { aBrowser, everyClaim } from '../../test/support/browser.ts'

export interface Bank {
  readonly registration: ClientRegistration
  readonly key: CryptoKey
}
const kid = 'bench-1'
const redirectUri = 'https://bench.example/callback'

export const aBank = async (): Promise<Bank> => {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['sign', 'verify'],
  )
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey)
  return {
    key: privateKey,
    registration: {
      client_id: `bench-${randomUUID().slice(0, 8)}`,
      client_name: 'Bench',
      domain: 'bench.example',
      redirect_uris: [redirectUri],
      jwks: { keys: [{ kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' }] },
    },
  }
}

export const connect = (bank: Bank, url: string): Promise<client.Configuration> =>
  client.discovery(
    new URL(url),
    bank.registration.client_id,
    { id_token_signed_response_alg: 'ES256', userinfo_signed_response_alg: 'ES256' },
    client.PrivateKeyJwt({ key: bank.key, kid }),
    { execute: [client.allowInsecureRequests] },
  )

/** PAR, authorize, number, code, consent, resume, token, userinfo; answers the number of HTTP requests. */
export const logIn = async (
  config: client.Configuration,
  url: string,
  person: { readonly uin: string; readonly nextCode: () => Promise<string> },
): Promise<number> => {
  const verifier = client.randomPKCECodeVerifier()
  const [state, nonce] = [client.randomState(), client.randomNonce()]
  const start = await client.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: redirectUri,
    scope: 'openid profile email',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    acr_values: 'mosip:idp:acr:generated-code',
    claims: JSON.stringify({ userinfo: { name: { essential: true }, phone_number: null } }),
  })
  const browser = aBrowser(url)
  const first = await browser.get(start.href)
  const base = new URL(first.url).pathname
  const code = person.nextCode()
  const codePage = await browser.submit(first, base, { identifier: person.uin })
  const consent = await browser.submit(codePage, `${base}/code`, { code: await code })
  const shared = { decision: 'share', ...everyClaim(consent) }
  const { left } = await browser.submit(consent, '/consent', shared)
  if (!left) throw new Error('the login did not end at the relying party')
  const tokens = await client.authorizationCodeGrant(config, left, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  })
  const sub = tokens.claims()?.sub ?? ''
  const { name } = await client.fetchUserInfo(config, tokens.access_token, sub)
  if (typeof name !== 'string') throw new Error('no name at userinfo')
  return browser.requests() + 3
}
