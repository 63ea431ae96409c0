import { generateKeyPairSync, sign, verify } from 'node:crypto'
import test from 'ava'
import fc from 'fast-check'
import { joseForm, signJose } from '../../../src/kernel/keys/sign-jose.ts'

test('P-256 signatures verify in JOSE form, Ed25519 as they are', (t) => {
  const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const ed25519 = generateKeyPairSync('ed25519')
  const key = { key: p256.publicKey, dsaEncoding: 'ieee-p1363' as const }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
      const signature = signJose(p256.privateKey, data)
      t.is(signature.length, 64)
      t.true(verify('sha256', data, key, signature))
      t.true(verify(null, data, ed25519.publicKey, signJose(ed25519.privateKey, data)))
    }),
    { numRuns: 300 },
  )
})

/** DER of one INTEGER: no needless zero, a zero before a set first bit (X.690 §8.3). */
const integer = (bytes: Buffer): Buffer => {
  const short = bytes.subarray(
    Math.max(
      0,
      bytes.findIndex((byte) => byte !== 0),
    ),
  )
  const signed = (short[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), short]) : short
  return Buffer.concat([Buffer.from([0x02, signed.length]), signed])
}
const sequence = (r: Buffer, s: Buffer): Buffer => {
  const body = Buffer.concat([integer(r), integer(s)])
  return Buffer.concat([Buffer.from([0x30, body.length]), body])
}

test('short and long integers both become 32 bytes', (t) => {
  const coordinate = fc
    .tuple(fc.integer({ min: 1, max: 32 }), fc.uint8Array({ minLength: 32, maxLength: 32 }))
    .map(([length, bytes]) => {
      const value = Buffer.alloc(32)
      value.set(bytes.subarray(32 - length), 32 - length)
      value[31] = (value[31] ?? 0) | 1
      return value
    })
  fc.assert(
    fc.property(coordinate, coordinate, (r, s) => {
      t.deepEqual(joseForm(sequence(r, s)), Buffer.concat([r, s]))
    }),
  )
})

test('anything but a signature of a 256-bit curve is a bug', (t) => {
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const good = sequence(Buffer.alloc(32, 7), Buffer.alloc(32, 9))
  for (const der of [
    Buffer.alloc(0),
    Buffer.from([0x30, 0]),
    good.subarray(0, 40),
    Buffer.concat([good, Buffer.from([0])]),
    sign('sha256', Buffer.alloc(1), p384.privateKey),
  ])
    t.throws(() => joseForm(der))
})
