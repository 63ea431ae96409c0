import test from 'ava'
import { didJwkOf } from '../../../src/issuer/did/did-jwk.ts'
import { didKeyOf } from '../../../src/issuer/did/did-key.ts'
import type { HolderJwk } from '../../../src/issuer/did/public-jwk.ts'
import { verifyProofs } from '../../../src/issuer/openid4vci/proof.ts'
import { Problem } from '../../../src/kernel/problems.ts'
import { newHolder, type ProofParts, proofOf } from '../../support/holder.ts'

const aud = 'https://id.example'
const iat = 1_800_000_000
const ctx = { now: () => new Date(iat * 1000) }
const expected = { clientId: 'wallet', audience: aud }
const claims = { aud, iat, nonce: 'n-1' }

const refusal = async (...proofs: string[]): Promise<string> => {
  try {
    await verifyProofs(ctx, proofs, expected)
  } catch (error) {
    if (error instanceof Problem && error.code === 'invalid_proof')
      return String(error.detail.reason)
    throw error
  }
  return 'accepted'
}

for (const alg of ['ES256', 'EdDSA'] as const)
  test(`an ${alg} proof by jwk, did:jwk and did:key names one key`, async (t) => {
    const holder = await newHolder(alg)
    const jwk = holder.jwk as HolderJwk
    const didKey = didKeyOf(jwk)
    const kids = [`${didJwkOf(jwk)}#0`, `${didKey}#${didKey.slice(8)}`]
    const bare = await verifyProofs(ctx, [await proofOf(holder, claims)], expected)
    t.deepEqual(bare.nonces, ['n-1'])
    t.is(bare.keys[0]?.did, undefined)
    for (const kid of kids) {
      const proof = await proofOf(holder, claims, { header: { jwk: undefined, kid } })
      const { keys } = await verifyProofs(ctx, [proof], expected)
      t.deepEqual(keys[0]?.jwk, bare.keys[0]?.jwk)
      t.is(keys[0]?.did, kid.split('#')[0])
    }
  })

test('each defect has its own refusal', async (t) => {
  const holder = await newHolder()
  const other = await newHolder()
  const did = `${didJwkOf(holder.jwk as HolderJwk)}#0`
  const cases: [ProofParts, string][] = [
    [{ header: { typ: 'JWT' } }, 'the header has no accepted typ and alg'],
    [{ header: { typ: undefined } }, 'the header has no accepted typ and alg'],
    [{ header: { kid: did } }, 'exactly one of jwk and kid is expected'],
    [{ header: { jwk: undefined } }, 'exactly one of jwk and kid is expected'],
    [{ header: { jwk: undefined, x5c: ['MII'] } }, 'the key is expected as jwk or kid'],
    [{ header: { jku: 'https://evil.example' } }, 'the key is expected as jwk or kid'],
    [{ header: { jwk: { ...holder.jwk, d: 'AAAA' } } }, 'jwk is no public P-256 or Ed25519 key'],
    [{ header: { jwk: other.jwk } }, 'the signature does not verify'],
    [
      { header: { jwk: undefined, kid: 'did:web:evil.example#0' } },
      'kid is no did:jwk or did:key URL',
    ],
    [{ payload: { aud: 'https://other.example' } }, 'aud is not this credential issuer'],
    [{ payload: { aud: `${aud}/` } }, 'aud is not this credential issuer'],
    [{ payload: { aud: [aud] } }, 'aud and iat are expected'],
    [{ payload: { aud: undefined } }, 'aud and iat are expected'],
    [{ payload: { iat: undefined } }, 'aud and iat are expected'],
    [{ payload: { iat: iat - 301 } }, 'iat is too old or in the future'],
    [{ payload: { iat: iat + 61 } }, 'iat is too old or in the future'],
    [{ payload: { exp: iat } }, 'iat is too old or in the future'],
    [{ payload: { nonce: undefined } }, 'nonce is missing'],
    [{ payload: { iss: 'another' } }, 'iss is not the client of the access token'],
  ]
  for (const [change, reason] of cases)
    t.is(await refusal(await proofOf(holder, claims, change)), reason)
  t.is(await refusal(await proofOf(holder, claims, { payload: { iss: 'wallet' } })), 'accepted')
})

test('algorithms that are not offered are refused: none, HS256, a key of another type', async (t) => {
  const holder = await newHolder()
  const edwards = await newHolder('EdDSA')
  const proof = await proofOf(holder, claims)
  const [, payload = '', signature = ''] = proof.split('.')
  const withHeader = (header: object, sig = signature) =>
    `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${sig}`
  const typ = 'openid4vci-proof+jwt'
  for (const alg of ['none', 'HS256', 'ES384', 'RS256'])
    t.is(
      await refusal(withHeader({ alg, typ, jwk: holder.jwk }, alg === 'none' ? '' : signature)),
      'the header has no accepted typ and alg',
    )
  t.is(
    await refusal(withHeader({ alg: 'ES256', typ, jwk: edwards.jwk })),
    'alg does not fit the key',
  )
  t.is(
    await refusal(withHeader({ alg: 'ES256', typ, jwk: holder.jwk, crit: ['x'], x: 1 })),
    'the signature does not verify',
  )
  for (const text of ['', 'a.b', 'a.b.c', `${proof}.x`, proof.slice(0, -3)])
    t.not(await refusal(text), 'accepted', text.slice(0, 20))
})

test('a batch has distinct keys; a shared nonce counts once', async (t) => {
  const first = await newHolder()
  const second = await newHolder('EdDSA')
  const proofs = [await proofOf(first, claims), await proofOf(second, claims)]
  const { keys, nonces } = await verifyProofs(ctx, proofs, expected)
  t.is(keys.length, 2)
  t.deepEqual(nonces, ['n-1'])
  const again = await proofOf(first, { ...claims, nonce: 'n-2' })
  t.is(await refusal(proofs[0] ?? '', again), 'two proofs are made with one key')
  t.is(await refusal(proofs[0] ?? '', proofs[0] ?? ''), 'two proofs are made with one key')
  const byDid = await proofOf(first, claims, {
    header: { jwk: undefined, kid: `${didJwkOf(first.jwk as HolderJwk)}#0` },
  })
  t.is(await refusal(proofs[0] ?? '', byDid), 'two proofs are made with one key')
})
