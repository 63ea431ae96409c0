import { createPublicKey, hash, verify as verifySignature } from 'node:crypto'
import { digest } from '@sd-jwt/crypto-nodejs'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import test, { type ExecutionContext } from 'ava'
import { SignJWT } from 'jose'
import type { HolderJwk } from '../../../../src/issuer/did/public-jwk.ts'
import { compileSdJwt } from '../../../../src/issuer/formats/sd-jwt/compile.ts'
import { digestOf } from '../../../../src/issuer/formats/sd-jwt/disclosure.ts'
import { tokenStatusList } from '../../../../src/issuer/status/bitset.ts'
import { newHolder } from '../../../support/holder.ts'
import { withKeys } from '../../../support/keys.ts'
import vectors from '../../../vectors/rfc9901/disclosures.json' with { type: 'json' }

const claims = {
  name: 'Möbius "Æ" 你好',
  birthdate: '1990-04-01',
  address: { locality: 'Kano', region: 'Kano' },
  age_equal_or_over: { '18': true },
}
const settings = {
  iss: 'https://id.example',
  vct: 'https://id.example/credentials/types/national-id/v1',
  disclosable: Object.keys(claims),
  decoys: 3,
}
const now = 1_800_000_000
const status = { idx: 42, uri: 'https://id.example/status-lists/1' }

const issued = async (t: ExecutionContext, content = claims, revoked: readonly number[] = []) => {
  const ctx = await withKeys(t)
  const holder = await newHolder()
  const { kid, publicJwk } = await ctx.keys.active('credential-sd-jwt')
  const credential = await compileSdJwt(settings)(ctx, kid, {
    claims: content,
    holder: holder.jwk as HolderJwk,
    iat: now,
    exp: now + 1000,
    status,
  })
  const issuerKey = createPublicKey({ key: { ...publicJwk } as never, format: 'jwk' })
  const check = (key: typeof issuerKey) => (data: string, signature: string) =>
    verifySignature(
      'sha256',
      Buffer.from(data),
      { key, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    )
  const lists = await newHolder()
  const list = await new SignJWT({
    sub: status.uri,
    status_list: { bits: 1, lst: await tokenStatusList(1024, revoked) },
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'statuslist+jwt' })
    .setIssuedAt(now)
    .setExpirationTime(now + 1000)
    .sign(lists.privateKey)
  const library = new SDJwtVcInstance({
    statusListFetcher: async () => list,
    statusVerifier: check(createPublicKey({ key: lists.jwk as never, format: 'jwk' })),
    hasher: digest,
    hashAlg: 'sha-256',
    verifier: check(issuerKey),
    kbVerifier: (data, signature, payload) =>
      check(createPublicKey({ key: (payload as never as Confirmed).cnf.jwk, format: 'jwk' }))(
        data,
        signature,
      ),
    kbSigner: async (data) => signatureOf(holder, data),
    kbSignAlg: 'ES256',
  })
  return { credential, kid, holder, library }
}
interface Confirmed {
  readonly cnf: { readonly jwk: import('node:crypto').JsonWebKey }
}

/** Signs `header.payload` by jose: decode, sign, take the last part. */
const signatureOf = async (
  holder: Awaited<ReturnType<typeof newHolder>>,
  data: string,
): Promise<string> => {
  const key = holder.privateKey
  const bytes = await crypto.subtle.sign(
    { name: 'ECDSA', hash: 'SHA-256' },
    key,
    new TextEncoder().encode(data),
  )
  return Buffer.from(bytes).toString('base64url')
}

const payloadOf = (credential: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(credential.split('.')[1] ?? '', 'base64url').toString('utf8'))
const headerOf = (credential: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(credential.split('.')[0] ?? '', 'base64url').toString('utf8'))

test('the digests of RFC 9901', (t) => {
  for (const [disclosure, expected] of vectors.disclosures)
    t.is(digestOf(disclosure ?? ''), expected ?? '')
})

test('a verifier of another make accepts the credential and reads every claim', async (t) => {
  const { credential, library, holder } = await issued(t)
  const { payload } = await library.verify(credential, { currentDate: now })
  t.like(payload, { ...claims, iss: settings.iss, vct: settings.vct, exp: now + 1000 })
  t.deepEqual((payload as never as Confirmed).cnf.jwk as object, holder.jwk as object)
})

test('header, confirmation, status and validity stand in the clear; claims do not', async (t) => {
  const { credential, kid } = await issued(t)
  t.deepEqual(headerOf(credential), { alg: 'ES256', typ: 'dc+sd-jwt', kid })
  const payload = payloadOf(credential)
  t.like(payload, {
    iss: settings.iss,
    iat: now,
    status: { status_list: status },
    _sd_alg: 'sha-256',
  })
  for (const name of Object.keys(claims)) t.false(name in payload)
})

test('digests are sorted, salts fresh, decoys indistinguishable', async (t) => {
  const { credential } = await issued(t)
  const digests = payloadOf(credential)._sd as string[]
  t.deepEqual(digests, digests.toSorted())
  t.is(digests.length, Object.keys(claims).length + settings.decoys)
  t.true(digests.every((text) => /^[A-Za-z0-9_-]{43}$/.test(text)))
  const disclosures = credential.split('~').slice(1, -1)
  t.is(disclosures.length, Object.keys(claims).length)
  const salts = disclosures.map(
    (text) => (JSON.parse(Buffer.from(text, 'base64url').toString()) as string[])[0] ?? '',
  )
  t.is(new Set(salts).size, salts.length)
  t.true(salts.every((salt) => Buffer.from(salt, 'base64url').length >= 16))
})

test('a presentation with key binding: nonce by the library, audience and age by the verifier', async (t) => {
  const { credential, library } = await issued(t)
  const kb = (change: object = {}) => ({
    payload: { iat: now, aud: 'https://bank.example', nonce: 'n-1', ...change },
  })
  const present = (change?: object) =>
    library.present(credential, { birthdate: true }, { kb: kb(change) })
  const accept = async (presentation: string): Promise<Record<string, unknown>> => {
    const verified = await library.verify(presentation, {
      keyBindingNonce: 'n-1',
      currentDate: now,
    })
    const { aud, iat } = verified.kb?.payload ?? {}
    // the library compares neither; whoever verifies with it must
    if (aud !== 'https://bank.example') throw new Error('aud')
    if (typeof iat !== 'number' || Math.abs(now - iat) > 300) throw new Error('iat')
    return verified.payload
  }
  const payload = await accept(await present())
  t.is(payload.birthdate, claims.birthdate)
  t.is(payload.name, undefined)
  await t.throwsAsync(async () => accept(await present({ aud: 'https://evil.example' })), {
    message: 'aud',
  })
  await t.throwsAsync(async () => accept(await present({ iat: now - 31_536_000 })), {
    message: 'iat',
  })
  await t.throwsAsync(async () => accept(await present({ nonce: 'n-2' })))
  await t.throwsAsync(async () => accept(credential))
})

test('an altered disclosure, an altered payload and an expired credential are refused', async (t) => {
  const { credential, library } = await issued(t)
  const forged = Buffer.from(JSON.stringify(['c2FsdA', 'birthdate', '2000-01-01']))
  const [jwt = '', , ...rest] = credential.split('~')
  const options = { currentDate: now }
  // RFC 9901 §7.1 wants this refused; the library drops what no digest names, which is enough against the forgery
  const kept = await library.verify([jwt, forged.toString('base64url'), ...rest].join('~'), options)
  t.is((kept.payload as Record<string, unknown>).birthdate, claims.birthdate)
  const parts = jwt.split('.')
  const payload = { ...payloadOf(jwt), iss: 'https://evil.example' }
  parts[1] = Buffer.from(JSON.stringify(payload)).toString('base64url')
  await t.throwsAsync(library.verify(`${parts.join('.')}~${rest.join('~')}`, options))
  await t.throwsAsync(library.verify(credential, { currentDate: now + 2000 }))
})

test('a revoked index is refused', async (t) => {
  const { credential, library } = await issued(t, claims, [status.idx])
  await t.throwsAsync(library.verify(credential, { currentDate: now }))
})

test('an absent claim has no disclosure', async (t) => {
  const { credential, library } = await issued(t, { birthdate: '1990-04-01' } as typeof claims)
  t.is(credential.split('~').length, 3)
  const { payload } = await library.verify(credential, { currentDate: now })
  t.is((payload as Record<string, unknown>).birthdate, '1990-04-01')
})

test('reserved names are a bug, as a claim and inside one', async (t) => {
  for (const name of ['iss', 'iat', 'exp', 'nbf', 'cnf', 'vct', 'status', '_sd', '_sd_alg', '...'])
    t.throws(() => compileSdJwt({ ...settings, disclosable: [name] }))
  await t.throwsAsync(issued(t, { address: { _sd: ['x'] } } as never))
  await t.throwsAsync(issued(t, { address: { deep: [{ '...': 'x' }] } } as never))
  await t.throwsAsync(issued(t, { unknown: 'x' } as never))
})

test('an unsigned copy of the header fools nobody', async (t) => {
  const { credential, library } = await issued(t)
  const none = Buffer.from('{"alg":"none","typ":"dc+sd-jwt"}').toString('base64url')
  const [jwt = '', ...rest] = credential.split('~')
  const [, payload = ''] = jwt.split('.')
  const stranger = await newHolder()
  const signed = await new SignJWT(payloadOf(jwt))
    .setProtectedHeader({ alg: 'ES256', typ: 'dc+sd-jwt' })
    .sign(stranger.privateKey)
  for (const fake of [`${none}.${payload}.`, signed])
    await t.throwsAsync(library.verify([fake, ...rest].join('~'), { currentDate: now }))
})

test('the digest covers the exact text of a disclosure', (t) => {
  // RFC 9901 §4.2.4.1: no canonical form
  const spaced = Buffer.from('["salt", "name", "x"]').toString('base64url')
  const tight = Buffer.from('["salt","name","x"]').toString('base64url')
  t.not(digestOf(spaced), digestOf(tight))
  t.is(digestOf(tight), hash('sha256', tight, 'base64url'))
})
