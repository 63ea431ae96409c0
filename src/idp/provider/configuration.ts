/** The engine's settings. Everything it may do is on this page; what is not here is off. */
import {
  type Configuration,
  errors,
  type JWK,
  type KoaContextWithOIDC,
  type Session,
} from 'oidc-provider'
import { acrValues } from '../authentication/acr.ts'
import { signingAlgs } from '../clients/metadata.ts'
import type { IdpParts } from '../context.ts'
import { clientAssertionLifeMax, clockTolerance, ttl } from '../parameters.ts'
import { findAccount, pairwiseIdentifier } from './account.ts'
import { adapterFactory } from './adapter.ts'
import { anonymousWallet } from './anonymous-wallet.ts'
import { engineClaims } from './claims.ts'
import { cookieSigner } from './cookie-signer.ts'
import { existingGrant } from './grant.ts'
import { interactionUrl } from './interaction-url.ts'
import { engineError, loggedOutPage, logoutPage } from './pages.ts'
import { policy } from './policy.ts'

export const paths = {
  authorization: '/oidc/auth',
  token: '/oidc/token',
  userinfo: '/oidc/userinfo',
  jwks: '/oidc/jwks',
  pushed_authorization_request: '/oidc/par',
  revocation: '/oidc/revoke',
  end_session: '/oidc/logout',
} as const

export const cookieNames = {
  session: 'plinth_op',
  interaction: 'plinth_login',
  resume: 'plinth_resume',
} as const

export const configuration = (ctx: IdpParts, keys: readonly JWK[]): Configuration => ({
  adapter: adapterFactory(ctx),
  clients: [anonymousWallet],
  jwks: { keys },
  routes: paths,
  acrValues: [...acrValues],
  claims: engineClaims(ctx.claims),
  scopes: ['openid', 'offline_access'],
  responseTypes: ['code'],
  subjectTypes: ['pairwise', 'public'],
  pairwiseIdentifier: pairwiseIdentifier(ctx),
  // sectors are set at registration (`engineMetadata`); the engine must not fetch them
  sectorIdentifierUriValidate: () => false,
  // keys and documents of clients are held by value: the engine has nothing to fetch, wherever a caller points it
  fetch: async () => {
    throw new Error('the OpenID engine makes no outbound requests')
  },
  clientAuthMethods: ['private_key_jwt', 'none'],
  clientDefaults: { id_token_signed_response_alg: 'ES256' },
  enabledJWA: algorithms,
  assertJwtClientAuthClaimsAndHeader: (_engine, claims) => checkAssertion(ctx, claims),
  allowOmittingSingleRegisteredRedirectUri: false,
  clockTolerance,
  pkce: { required: () => true },
  cookies: cookies(ctx),
  features: features(ctx),
  ttl: lifetimes(ctx),
  findAccount: findAccount(ctx),
  loadExistingGrant: (engine) => existingGrant(ctx, engine),
  clientBasedCORS: () => false,
  renderError: (engine, out, error) => engineError(ctx, engine, out, error),
  interactions: { policy: policy(), url: interactionUrl(ctx) },
  discovery: { 'pre-authorized_grant_anonymous_access_supported': true },
})

const asymmetric = [...signingAlgs]
const algorithms: NonNullable<Configuration['enabledJWA']> = {
  clientAuthSigningAlgValues: asymmetric,
  idTokenSigningAlgValues: asymmetric,
  userinfoSigningAlgValues: asymmetric,
  dPoPSigningAlgValues: asymmetric,
  requestObjectSigningAlgValues: asymmetric,
  userinfoEncryptionAlgValues: ['ECDH-ES', 'RSA-OAEP-256'],
  userinfoEncryptionEncValues: ['A256GCM'],
  idTokenEncryptionAlgValues: ['ECDH-ES', 'RSA-OAEP-256'],
  idTokenEncryptionEncValues: ['A256GCM'],
}

const features = (ctx: IdpParts): NonNullable<Configuration['features']> => ({
  devInteractions: { enabled: false },
  pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: true },
  claimsParameter: { enabled: true },
  jwtUserinfo: { enabled: true },
  encryption: { enabled: true },
  dPoP: {
    enabled: true,
    // the same on every node, so that a nonce of one is good at another
    nonceSecret: secret(ctx, 'dpop-nonce'),
  },
  resourceIndicators: { enabled: false },
  requestObjects: { enabled: false },
  revocation: {
    enabled: true,
    // RFC 7009 §2.1: a token is revoked by the client it was issued to
    allowedPolicy: async (_engine, client, token) => token.clientId === client.clientId,
  },
  rpInitiatedLogout: {
    enabled: true,
    logoutSource: (engine, form) => logoutPage(ctx, engine, form),
    postLogoutSuccessSource: (engine) => loggedOutPage(ctx, engine),
  },
})

const cookies = (ctx: IdpParts): NonNullable<Configuration['cookies']> => ({
  names: cookieNames,
  keys: cookieSigner(secret(ctx, 'cookies')),
  long: { signed: true, httpOnly: true, sameSite: 'lax', path: '/oidc' },
  short: { signed: true, httpOnly: true, sameSite: 'lax' },
})

const lifetimes = (ctx: IdpParts): NonNullable<Configuration['ttl']> => ({
  AccessToken: ttl.accessToken,
  AuthorizationCode: ttl.authorizationCode,
  IdToken: ttl.idToken,
  RefreshToken: ttl.refreshToken,
  Grant: ttl.grant,
  Interaction: ttl.interaction,
  Session: (_engine: KoaContextWithOIDC, session: Session) => {
    const now = Math.floor(ctx.now().getTime() / 1000)
    const left = (session.loginTs ?? now) + ttl.sessionTotal - now
    return Math.max(1, Math.min(ttl.sessionIdle, left))
  },
})

/**
 * RFC 7523 §3: a replay record must be kept as long as the assertion lives, so that is bounded. One audience, as a string:
 * an assertion that is good at another server too is that server's to send to us (FAPI 2.0 Security Profile §5.3.2.1).
 */
const checkAssertion = (ctx: IdpParts, claims: Readonly<Record<string, unknown>>): void => {
  if (typeof claims.aud !== 'string') {
    throw new errors.InvalidClientAuth('aud of the client assertion is not one string')
  }
  const now = Math.floor(ctx.now().getTime() / 1000)
  if (Number(claims.exp) > now + clientAssertionLifeMax + clockTolerance) {
    throw new errors.InvalidClientAuth('exp of the client assertion is too far away')
  }
}

/** 32 bytes of our own, the same on every node and after every start. */
const secret = (ctx: IdpParts, use: string): Buffer =>
  Buffer.from(ctx.vault.lookup('idp.secret', use), 'base64url')
