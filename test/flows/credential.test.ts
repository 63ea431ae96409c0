/** Design walk C, over real HTTP: offer, token, nonce, proofs, credentials, verification, revocation. */
import { createPublicKey, verify as verifySignature } from 'node:crypto'
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { defaultDocumentLoader, verifyCredential } from '@digitalbazaar/vc'
import { digest } from '@sd-jwt/crypto-nodejs'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import test from 'ava'
import type { JWK } from 'jose'
import { createIdp, idpFolders, idpMigrations } from '#idp'
import { didKeyOf } from '../../src/issuer/did/did-key.ts'
import type { HolderJwk } from '../../src/issuer/did/public-jwk.ts'
import type { Holder } from '../support/holder.ts'
import { type RunningIssuer, system, withIssuer } from '../support/issuer.ts'
import { statusAt } from '../support/status-list.ts'
import { collect, newWallet } from '../support/wallet.ts'

const sdJwt = 'national-id-sd-jwt'
const ldp = 'national-id-ldp'
const withHouse = (t: Parameters<typeof withIssuer>[0]): Promise<RunningIssuer> =>
  withIssuer(t, { idp: { createIdp }, migrations: idpMigrations, folders: idpFolders })

const txCodeOf = async ({ message, email }: RunningIssuer): Promise<string> =>
  /\b\d{6}\b/.exec((await message(email)).text)?.[0] ?? ''
const json = async (url: string) => (await (await fetch(url)).json()) as Record<string, unknown>

/** A verifier that knows nothing but what the issuer publishes. */
const verifySdJwt = async (issuer: string, credential: string) => {
  const { jwks } = await json(`${issuer}/.well-known/jwt-vc-issuer`)
  const keys = (jwks as { keys: (JsonWebKey & { kid: string })[] }).keys
  const verifier = (data: string, signature: string): boolean => {
    const { kid } = JSON.parse(Buffer.from(data.split('.')[0] ?? '', 'base64url').toString())
    const jwk = keys.find((key) => key.kid === kid)
    if (!jwk) return false
    const key = createPublicKey({ key: jwk as never, format: 'jwk' })
    const bytes = Buffer.from(signature, 'base64url')
    return verifySignature('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }, bytes)
  }
  const library = new SDJwtVcInstance({
    hasher: digest,
    hashAlg: 'sha-256',
    verifier,
    statusListFetcher: async (uri) => (await fetch(uri)).text(),
    statusVerifier: verifier,
    statusValidator: async (status) => {
      if (status !== 0) throw new Error('revoked')
    },
  })
  return (await library.verify(credential)).payload as Record<string, unknown>
}

/** Contexts and keys from the issuer's own addresses, nothing else. */
const verifyLdp = async (issuer: string, credential: Record<string, unknown>) => {
  const did = await json(`${issuer}/.well-known/did.json`)
  const methods = did.verificationMethod as { id: string }[]
  return verifyCredential({
    credential,
    suite: new DataIntegrityProof({ cryptosuite }),
    documentLoader: async (url) => {
      const method = methods.find(({ id }) => id === url)
      const document = method ?? (url === did.id ? did : undefined)
      if (document) return { contextUrl: null, documentUrl: url, document }
      if (!url.startsWith(issuer)) return defaultDocumentLoader(url)
      return { contextUrl: null, documentUrl: url, document: await json(url) }
    },
    checkStatus: async ({ credential: checked }) => {
      const entry = checked.credentialStatus as Record<string, string>
      const list = entry.statusListCredential ?? ''
      return { verified: (await statusAt(list, Number(entry.statusListIndex))) === 0 }
    },
  })
}

test('an SD-JWT VC: offer, wallet, verifier, revocation', async (t) => {
  const house = await withHouse(t)
  const wallet = newWallet()
  const { uri } = await house.issuer.offer(house.person, [sdJwt], system)
  const signers = [await wallet.signer('ES256')]
  const order = { txCode: await txCodeOf(house), configurationId: sdJwt, signers }
  const collected = await collect(wallet, uri, order)
  t.is(String(collected.issuerMetadata.originalDraftVersion), 'V1')
  const response = await collected.credentials()
  const credential = response.credentials?.[0] as { credential: string }
  const payload = await verifySdJwt(house.url, credential.credential)
  t.like(payload, {
    iss: house.url,
    vct: `${house.url}/credentials/types/national-id/v1`,
    name: 'Layla Mansour',
    birthdate: '1990-03-27',
    gender: 'female',
    age_equal_or_over: { '18': true },
  })
  t.deepEqual((payload.cnf as { jwk: object }).jwk, { ...wallet.holders[0]?.jwk } as object)
  const type = await json(String(payload.vct))
  t.is(type.vct, payload.vct as string)
  await wallet.client.sendNotification({
    issuerMetadata: collected.issuerMetadata,
    accessToken: collected.accessToken,
    notification: { notificationId: response.notification_id ?? '', event: 'credential_accepted' },
  })
  const [view] = await house.issuer.credentialsOf(house.person)
  t.true(await house.issuer.revoke(house.person, view?.id ?? '', 'phone lost', system))
  await t.throwsAsync(verifySdJwt(house.url, credential.credential), { message: /revoked/ })
})

test('a batch of ldp_vc, bound to a did:jwk and a did:key', async (t) => {
  const house = await withHouse(t)
  const wallet = newWallet()
  const { uri } = await house.issuer.offer(house.person, [sdJwt, ldp], system, { by: 'value' })
  const signers = [await wallet.signer('ES256'), await wallet.signer('EdDSA', didKeyUrl)]
  const order = { txCode: await txCodeOf(house), configurationId: ldp, signers }
  const collected = await collect(wallet, uri, order)
  const response = await collected.credentials()
  const credentials = (response.credentials ?? []) as { credential: Record<string, unknown> }[]
  t.is(credentials.length, 2)
  const holders = credentials.map(
    ({ credential }) => (credential.credentialSubject as { id: string }).id,
  )
  t.deepEqual(holders, [
    `did:jwk:${Buffer.from(JSON.stringify(ordered(wallet.holders[0]?.jwk))).toString('base64url')}`,
    didKeyUrl(wallet.holders[1] as Holder).split('#')[0] as string,
  ])
  for (const { credential } of credentials) {
    const result = await verifyLdp(house.url, credential)
    t.true(result.verified, result.error?.errors?.[0]?.message)
    const forged = structuredClone(credential)
    Object.assign(forged.credentialSubject as object, { fullName: 'Mallory' })
    t.false((await verifyLdp(house.url, forged)).verified)
  }
  const [view] = await house.issuer.credentialsOf(house.person)
  await house.issuer.revoke(house.person, view?.id ?? '', 'phone lost', system)
  for (const { credential } of credentials)
    t.false((await verifyLdp(house.url, credential)).verified)
})

/** did:jwk: the members in the order of RFC 7638 §3. */
const ordered = ({ kty, crv, x, y }: JWK = {}) => ({ kty, crv, x, y })
const didKeyUrl = ({ jwk }: Holder): string => {
  const did = didKeyOf(jwk as HolderJwk)
  return `${did}#${did.slice('did:key:'.length)}`
}

test('a wrong transaction code five times burns the offer for good', async (t) => {
  const house = await withHouse(t)
  const wallet = newWallet()
  const { uri } = await house.issuer.offer(house.person, [sdJwt], system, { by: 'value' })
  const right = await txCodeOf(house)
  const order = { configurationId: sdJwt, signers: [await wallet.signer('ES256')] }
  const wrong = String((Number(right) + 1) % 1_000_000).padStart(6, '0')
  for (let tries = 0; tries < 5; tries++)
    await t.throwsAsync(collect(wallet, uri, { ...order, txCode: wrong }), {
      message: /invalid_grant/,
    })
  await t.throwsAsync(collect(wallet, uri, { ...order, txCode: right }), {
    message: /invalid_grant/,
  })
})

test('eight wallets with one offer: one is served', async (t) => {
  const house = await withHouse(t)
  const { uri } = await house.issuer.offer(house.person, [sdJwt], system, { by: 'value' })
  const txCode = await txCodeOf(house)
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, async () => {
      const wallet = newWallet()
      const signers = [await wallet.signer('ES256')]
      const collected = await collect(wallet, uri, { txCode, configurationId: sdJwt, signers })
      return collected.credentials()
    }),
  )
  t.is(results.filter((result) => result.status === 'fulfilled').length, 1)
  t.is((await house.issuer.credentialsOf(house.person)).length, 1)
})

test('a token is good for what was offered and nothing else', async (t) => {
  const house = await withHouse(t)
  const wallet = newWallet()
  const { uri } = await house.issuer.offer(house.person, [sdJwt], system)
  const signers = [await wallet.signer('ES256')]
  const order = { txCode: await txCodeOf(house), configurationId: ldp, signers }
  const collected = await collect(wallet, uri, order)
  await t.throwsAsync(collected.credentials())
  const without = await fetch(`${house.url}/credentials/credential`, { method: 'POST', body: '{}' })
  t.is(without.status, 401)
})
