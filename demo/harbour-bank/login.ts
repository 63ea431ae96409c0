/** "Log in with your national ID" by openid-client: PAR, PKCE, private_key_jwt, signed userinfo, logout. */
import { importJWK } from 'jose'
import * as client from 'openid-client'
import type { BankOptions, Customer } from './app.ts'

export type Purpose = 'account' | 'transfer'
export interface Login {
  begin(purpose: Purpose, lang: string): Promise<{ location: string; request: unknown }>
  finish(
    request: unknown,
    callback: URL,
  ): Promise<{ outcome: 'customer'; customer: Customer } | { outcome: 'cancelled' | 'failed' }>
  logoutUrl(idToken: string, back: string): Promise<string>
}
interface Request {
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

/** What an account needs, and what makes it more convenient (OpenID Connect Core §5.5). */
const userinfo = {
  name: { essential: true },
  birthdate: { essential: true },
  email: null,
  phone_number: null,
}
const phishingResistant = { essential: true, values: ['phr'] }

export function createLogin(options: BankOptions & { readonly redirectUri: string }): Login {
  let found: Promise<client.Configuration> | undefined
  // the provider may start after the bank: it is looked for at the first login, and again after a failure
  const configuration = (): Promise<client.Configuration> => {
    found ??= discover(options).catch((error: unknown) => {
      found = undefined
      throw error
    })
    return found
  }
  return {
    begin: async (purpose, lang) => {
      const request: Request = {
        verifier: client.randomPKCECodeVerifier(),
        state: client.randomState(),
        nonce: client.randomNonce(),
      }
      const location = await client.buildAuthorizationUrlWithPAR(await configuration(), {
        redirect_uri: options.redirectUri,
        scope: 'openid',
        claims: JSON.stringify({
          userinfo,
          ...(purpose === 'transfer' && { id_token: { acr: phishingResistant } }),
        }),
        ui_locales: lang,
        state: request.state,
        nonce: request.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(request.verifier),
        code_challenge_method: 'S256',
      })
      return { location: location.href, request }
    },
    finish: async (pending, callback) => {
      const request = pending as Request
      try {
        return {
          outcome: 'customer',
          customer: await learn(await configuration(), request, callback),
        }
      } catch (error) {
        const code = error instanceof client.AuthorizationResponseError ? error.error : ''
        return { outcome: code === 'access_denied' ? 'cancelled' : 'failed' }
      }
    },
    logoutUrl: async (idToken, back) =>
      client.buildEndSessionUrl(await configuration(), {
        id_token_hint: idToken,
        post_logout_redirect_uri: back,
      }).href,
  }
}

async function discover(options: BankOptions): Promise<client.Configuration> {
  const issuer = new URL(options.issuerUrl)
  const key = await importJWK(options.privateJwk, 'ES256')
  if (key instanceof Uint8Array) throw new TypeError('the bank signs with a private key')
  const { kid } = options.privateJwk
  // plain http only towards this machine
  const local = issuer.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(issuer.hostname)
  return client.discovery(
    issuer,
    options.clientId,
    { id_token_signed_response_alg: 'ES256', userinfo_signed_response_alg: 'ES256' },
    client.PrivateKeyJwt(kid === undefined ? key : { key, kid }),
    { execute: local ? [client.allowInsecureRequests] : [] },
  )
}

async function learn(
  configuration: client.Configuration,
  request: Request,
  callback: URL,
): Promise<Customer> {
  const tokens = await client.authorizationCodeGrant(configuration, callback, {
    pkceCodeVerifier: request.verifier,
    expectedState: request.state,
    expectedNonce: request.nonce,
    idTokenExpected: true,
  })
  const idToken = tokens.claims()
  if (!idToken || tokens.id_token === undefined) throw new Error('no ID token')
  const claims = await client.fetchUserInfo(configuration, tokens.access_token, idToken.sub)
  return {
    claims,
    acr: typeof idToken.acr === 'string' ? idToken.acr : '',
    amr: Array.isArray(idToken.amr) ? idToken.amr.map(String) : [],
    idToken: tokens.id_token,
  }
}
