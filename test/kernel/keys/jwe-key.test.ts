import {
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import test from 'ava'
import { CompactEncrypt, importJWK } from 'jose'
import { contentKey } from '../../../src/kernel/keys/jwe-key.ts'
import type { JweKeyInput, KeyStore } from '../../../src/kernel/keys/keys.ts'
import { withKeyStore } from '../../support/key-store.ts'

interface Vector {
  readonly alice: Record<string, string>
  readonly bob: Record<string, string>
  readonly apu: string
  readonly apv: string
  readonly derivedForA128GCM: string
}
const vector: Vector = JSON.parse(
  readFileSync(new URL('../../vectors/rfc7518/appendix-c.json', import.meta.url), 'utf8'),
)

/** Opens a compact JWE as `packet` does: key by the store, content by hand. */
const open = async (keys: KeyStore, kid: string, jwe: string): Promise<string> => {
  const [header = '', encryptedKey = '', iv = '', ciphertext = '', tag = ''] = jwe.split('.')
  const { alg, enc, epk, apu, apv } = JSON.parse(Buffer.from(header, 'base64url').toString())
  const input: JweKeyInput = {
    alg,
    enc,
    epk,
    apu,
    apv,
    encryptedKey: Buffer.from(encryptedKey, 'base64url'),
  }
  const cek = await keys.decryptKey(kid, input)
  const decipher = createDecipheriv('aes-256-gcm', cek, Buffer.from(iv, 'base64url'))
  decipher.setAAD(Buffer.from(header)).setAuthTag(Buffer.from(tag, 'base64url'))
  return Buffer.concat([decipher.update(ciphertext, 'base64url'), decipher.final()]).toString()
}

/** RFC 7518 §4.6.2 once more, for any algorithm whose key is at most 256 bits long. */
const derive = (algorithm: string, bits: number): Buffer => {
  const key = ({ d: _, ...jwk }: Record<string, string>) =>
    createPublicKey({ key: jwk, format: 'jwk' })
  const privateKey = createPrivateKey({ key: vector.bob, format: 'jwk' })
  const field = (bytes: Buffer) =>
    `${bytes.length.toString(16).padStart(8, '0')}${bytes.toString('hex')}`
  const z = diffieHellman({ privateKey, publicKey: key(vector.alice) }).toString('hex')
  const info = [
    Buffer.from(algorithm),
    Buffer.from(vector.apu, 'base64url'),
    Buffer.from(vector.apv, 'base64url'),
  ]
  const hex = `00000001${z}${info.map(field).join('')}${bits.toString(16).padStart(8, '0')}`
  return createHash('sha256')
    .update(hex, 'hex')
    .digest()
    .subarray(0, bits / 8)
}

test('derives as RFC 7518 appendix C', (t) => {
  t.is(derive('A128GCM', 128).toString('base64url'), vector.derivedForA128GCM)
  const { d: _, ...epk } = vector.alice
  const { apu, apv } = vector
  const key = createPrivateKey({ key: vector.bob, format: 'jwk' })
  const ours = contentKey(key, { alg: 'ECDH-ES', enc: 'A256GCM', epk, apu, apv })
  t.deepEqual(ours, derive('A256GCM', 256))
})

for (const [purpose, alg] of [
  ['packet-intake', 'ECDH-ES'],
  ['partner-requests', 'RSA-OAEP-256'],
] as const) {
  test(`opens what jose encrypts with ${alg}`, async (t) => {
    const keys = await withKeyStore(t)
    const { kid, publicJwk } = await keys.active(purpose)
    const encrypt = new CompactEncrypt(Buffer.from('a packet')).setProtectedHeader({
      alg,
      enc: 'A256GCM',
    })
    if (alg === 'ECDH-ES')
      encrypt.setKeyManagementParameters({
        apu: Buffer.from('operator'),
        apv: Buffer.from('registry'),
      })
    const jwe = await encrypt.encrypt(await importJWK({ ...publicJwk }))
    t.is(await open(keys, kid, jwe), 'a packet')
    await keys.rotate(purpose)
    t.is(await open(keys, kid, jwe), 'a packet', 'still, after a rotation')
  })
}

test('one refusal for whatever is wrong', async (t) => {
  const keys = await withKeyStore(t)
  const { kid, publicJwk: ec } = await keys.active('packet-intake')
  const { kid: rsa, publicJwk: n } = await keys.active('partner-requests')
  const { crv = '', x = '', y = '' }: Record<string, string> = { ...ec }
  const enc = 'A256GCM'
  const inputs: readonly [string, string, JweKeyInput][] = [
    ['no epk', kid, { alg: 'ECDH-ES', enc }],
    ['epk off the curve', kid, { alg: 'ECDH-ES', enc, epk: { kty: 'EC', crv, x, y: x } }],
    ['epk on another curve', kid, { alg: 'ECDH-ES', enc, epk: { kty: 'EC', crv: 'P-384', x, y } }],
    ['epk of another type', kid, { alg: 'ECDH-ES', enc, epk: { kty: 'OKP', crv: 'X25519', x } }],
    ['epk without a coordinate', kid, { alg: 'ECDH-ES', enc, epk: { kty: 'EC', crv, x } }],
    ['RSA input to an EC key', kid, { alg: 'RSA-OAEP-256', enc, encryptedKey: Buffer.alloc(384) }],
    ['EC input to an RSA key', rsa, { alg: 'ECDH-ES', enc, epk: { kty: 'EC', crv, x, y } }],
    ['no encrypted key', rsa, { alg: 'RSA-OAEP-256', enc }],
    ['a short encrypted key', rsa, { alg: 'RSA-OAEP-256', enc, encryptedKey: Buffer.alloc(7) }],
    [
      'a made-up encrypted key',
      rsa,
      { alg: 'RSA-OAEP-256', enc, encryptedKey: Buffer.alloc(384, 1) },
    ],
  ]
  t.is(n?.kty, 'RSA')
  for (const [what, key, input] of inputs)
    await t.throwsAsync(() => keys.decryptKey(key, input), { code: 'keys.undecipherable' }, what)
})
