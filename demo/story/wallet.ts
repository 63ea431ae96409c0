/**
 * A wallet that shares no code with the issuer: @openid4vc/openid4vci speaks OpenID4VCI 1.0, @sd-jwt verifies what it
 * got, and what both leave open (status, signature keys) is looked up here.
 */
import { createHash, randomBytes } from 'node:crypto'
import { inflateSync } from 'node:zlib'
import { Openid4vciClient, setGlobalConfig } from '@openid4vc/openid4vci'
import { digest, ES256, generateSalt } from '@sd-jwt/crypto-nodejs'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import {
  compactVerify,
  createLocalJWKSet,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose'
import { expect } from './checks.ts'

// The demo runs on http://localhost; a real wallet insists on https.
setGlobalConfig({ allowInsecureUrls: true })
const MEGABYTE = 1024 * 1024

export interface HeldCredential {
  readonly configurationId: string
  readonly credential: string | Record<string, unknown>
}

/** Redeems an offer for one credential, bound to a key made here. */
export async function collect(offerUri: string, txCode: string): Promise<HeldCredential> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const client = new Openid4vciClient({
    callbacks: {
      fetch,
      hash: (data, algorithm) => createHash(algorithm.replace('-', '')).update(data).digest(),
      generateRandom: (bytes) => randomBytes(bytes),
      clientAuthentication: () => undefined,
      signJwt: async (_signer, { header, payload }) => ({
        jwt: await new SignJWT(payload as JWTPayload)
          .setProtectedHeader(header as JWTHeaderParameters)
          .sign(privateKey),
        signerJwk: publicJwk as never,
      }),
    },
  })
  const credentialOffer = await client.resolveCredentialOffer(offerUri)
  const issuerMetadata = await client.resolveIssuerMetadata(credentialOffer.credential_issuer)
  const { accessTokenResponse } = await client.retrievePreAuthorizedCodeAccessTokenFromOffer({
    credentialOffer,
    issuerMetadata,
    txCode,
  })
  const [configurationId = ''] = credentialOffer.credential_configuration_ids
  const { c_nonce: nonce } = await client.requestNonce({ issuerMetadata })
  const { jwt } = await client.createCredentialRequestJwtProof({
    issuerMetadata,
    credentialConfigurationId: configurationId,
    nonce,
    signer: { method: 'jwk', alg: 'ES256', publicJwk: publicJwk as never },
  })
  const { credentialResponse } = await client.retrieveCredentials({
    issuerMetadata,
    accessToken: accessTokenResponse.access_token,
    credentialConfigurationId: configurationId,
    proofs: { jwt: [jwt] },
  })
  const [first] = credentialResponse.credentials ?? []
  const credential =
    typeof first === 'object' && first !== null && 'credential' in first ? first.credential : first
  expect(credential !== undefined, 'no credential in the answer')
  return { configurationId, credential: credential as HeldCredential['credential'] }
}

export interface SdJwtClaims {
  readonly iss: string
  readonly cnf: unknown
  readonly status: { readonly status_list: { readonly idx: number; readonly uri: string } }
  readonly [claim: string]: unknown
}

/** Signature by the issuer's published key, every disclosure; answers the claims. */
export async function verifySdJwt(url: string, credential: string): Promise<SdJwtClaims> {
  const keys = await issuerKeys(url)
  const { kid } = JSON.parse(
    Buffer.from(credential.split('.')[0] ?? '', 'base64url').toString(),
  ) as { kid: string }
  const jwk = keys.find((key) => key.kid === kid)
  expect(jwk !== undefined, 'the issuer does not publish the key')
  const instance = new SDJwtVcInstance({
    hasher: digest,
    hashAlg: 'sha-256',
    saltGenerator: generateSalt,
    verifier: await ES256.getVerifier(jwk),
    statusVerifier: async (data, signature) => {
      await compactVerify(`${data}.${signature}`, createLocalJWKSet({ keys }))
      return true
    },
  })
  return (await instance.verify(credential)).payload as unknown as SdJwtClaims
}

/** The bit of a Token Status List: 0 valid, 1 revoked. Fetched fresh, its signature checked. */
export async function statusOf(url: string, { status }: SdJwtClaims): Promise<number> {
  const response = await fetch(status.status_list.uri, {
    headers: { accept: 'application/statuslist+jwt', 'cache-control': 'no-cache' },
  })
  const token = await response.text()
  const keySet = createLocalJWKSet({ keys: await issuerKeys(url) })
  const { payload } = await compactVerify(token, keySet)
  const { status_list: list, sub } = JSON.parse(Buffer.from(payload).toString()) as {
    sub: string
    status_list: { bits: number; lst: string }
  }
  expect(sub === status.status_list.uri && list.bits === 1, 'another list')
  const bits = inflateSync(Buffer.from(list.lst, 'base64url'), { maxOutputLength: MEGABYTE })
  const { idx } = status.status_list
  return ((bits[idx >>> 3] ?? 0) >>> (idx & 7)) & 1
}

async function issuerKeys(url: string): Promise<(JWK & { kid: string })[]> {
  const answer = await fetch(`${url}/.well-known/jwt-vc-issuer`)
  const { jwks } = (await answer.json()) as { jwks: { keys: (JWK & { kid: string })[] } }
  for (const key of jwks.keys) await importJWK(key, 'ES256')
  return jwks.keys
}
