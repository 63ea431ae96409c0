import test from 'ava'
import fc from 'fast-check'
import { decodeBase58, encodeBase58 } from '../../../src/issuer/did/base58.ts'
import { didJwkOf } from '../../../src/issuer/did/did-jwk.ts'
import { didKeyOf } from '../../../src/issuer/did/did-key.ts'
import { parseHolderKey } from '../../../src/issuer/did/public-jwk.ts'
import { resolveKeyUrl } from '../../../src/issuer/did/resolve.ts'
import { newHolder } from '../../support/holder.ts'

test('base58 survives any bytes', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      t.deepEqual(decodeBase58(encodeBase58(bytes)), Buffer.from(bytes))
    }),
  )
  t.is(encodeBase58(Buffer.from('Hello World!')), '2NEpo7TZRRrLZSi2U')
  t.is(encodeBase58(Buffer.from('0000287fb4cd', 'hex')), '11233QC4')
})

test('base58 refuses foreign characters and overlong text', (t) => {
  for (const text of ['0', 'O', 'I', 'l', ' ', '2NEpo7TZRRrLZSi2U\n', '1'.repeat(129)])
    t.is(decodeBase58(text), undefined)
})

for (const alg of ['ES256', 'EdDSA'] as const)
  test(`did:jwk and did:key of an ${alg} key resolve to it`, async (t) => {
    const holder = await newHolder(alg)
    const parsed = await parseHolderKey(holder.jwk)
    t.truthy(parsed)
    if (!parsed) return
    const byJwk = didJwkOf(parsed.jwk)
    const byKey = didKeyOf(parsed.jwk)
    const resolved = await resolveKeyUrl(`${byJwk}#0`)
    t.deepEqual(resolved?.jwk, parsed.jwk)
    t.is(resolved?.did, byJwk)
    const other = await resolveKeyUrl(`${byKey}#${byKey.slice('did:key:'.length)}`)
    t.deepEqual(other?.jwk, parsed.jwk)
    t.is(other?.did, byKey)
    t.is(other?.thumbprint, parsed.thumbprint)
  })

test('the examples of the did:key method resolve', async (t) => {
  // did-method-key, test vectors "Ed25519" and "P-256"
  const ed25519 = 'z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp'
  const p256 = 'zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169'
  t.is((await resolveKeyUrl(`did:key:${ed25519}#${ed25519}`))?.alg, 'EdDSA')
  t.is((await resolveKeyUrl(`did:key:${p256}#${p256}`))?.alg, 'ES256')
})

test('what is no key we know is not resolved, and nothing is fetched', async (t) => {
  const { jwk } = await newHolder()
  const encoded = (value: unknown) =>
    `did:jwk:${Buffer.from(JSON.stringify(value)).toString('base64url')}#0`
  const secp256k1 = 'zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme'
  const urls = [
    '',
    'nonsense',
    'did:web:localhost#0',
    'did:jwk:',
    'did:jwk:!!!#0',
    'did:jwk:bm90IGpzb24#0',
    encoded('text'),
    encoded(null),
    encoded({ kty: 'oct', k: 'AAAA' }),
    encoded({ ...jwk, d: 'AAAA' }),
    encoded({ ...jwk, x: jwk.y, y: jwk.x }),
    encoded(jwk).replace('#0', '#1'),
    encoded(jwk).replace('#0', ''),
    `did:key:${secp256k1}#${secp256k1}`,
    'did:key:z#z',
    'did:key:f1234#f1234',
    `${encoded(jwk)}${'0'.repeat(3000)}`,
  ]
  for (const url of urls) t.is(await resolveKeyUrl(url), undefined, url.slice(0, 60))
})

test('a holder key is stripped to its public members and must lie on its curve', async (t) => {
  const { jwk } = await newHolder()
  const parsed = await parseHolderKey({ ...jwk, kid: 'x', alg: 'ES256', use: 'sig' })
  t.deepEqual(Object.keys(parsed?.jwk ?? {}).sort(), ['crv', 'kty', 'x', 'y'])
  const zero = Buffer.alloc(32).toString('base64url')
  t.is(await parseHolderKey({ ...jwk, x: zero, y: zero }), undefined)
  t.is(await parseHolderKey({ ...jwk, x: `${jwk.x}=` }), undefined)
  t.is(await parseHolderKey({ ...jwk, crv: 'P-384' }), undefined)
  t.is(await parseHolderKey('text'), undefined)
  t.is(await parseHolderKey(null), undefined)
})
