import { gunzipSync, inflateSync } from 'node:zlib'
import { StatusList } from '@sd-jwt/jwt-status-list'
import test from 'ava'
import fc from 'fast-check'
import { encodedBitstring, tokenStatusList } from '../../../src/issuer/status/bitset.ts'
import { shuffled } from '../../../src/issuer/status/shuffle.ts'

const size = 1024
const indices = fc.uniqueArray(fc.nat(size - 1), { maxLength: 60 })

test('a token status list reads back in an independent library', async (t) => {
  await fc.assert(
    fc.asyncProperty(indices, async (revoked) => {
      const list = StatusList.decompressStatusList(await tokenStatusList(size, revoked), 1)
      const set = new Set(revoked)
      for (let index = 0; index < size; index++)
        t.is(list.getStatus(index), set.has(index) ? 1 : 0, String(index))
    }),
    { numRuns: 20 },
  )
})

test('the example of the Token Status List draft: bytes 0xb9 0xa3', async (t) => {
  // draft-ietf-oauth-status-list §4.1
  const bits = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]
  const lst = await tokenStatusList(
    16,
    bits.flatMap((bit, index) => (bit === 1 ? [index] : [])),
  )
  t.is(inflateSync(Buffer.from(lst, 'base64url')).toString('hex'), 'b9a3')
  t.is(lst, 'eNrbuRgAAhcBXQ')
})

test('the bitstring form holds the same bits, most significant first', async (t) => {
  const encoded = await encodedBitstring(16, [0, 9, 15])
  t.is(encoded[0], 'u')
  const bytes = gunzipSync(Buffer.from(encoded.slice(1), 'base64url'), { maxOutputLength: 16 })
  t.is(bytes.toString('hex'), '8041')
})

test('the order of indices is a permutation, fixed by its seed', (t) => {
  const seed = Buffer.alloc(32, 7)
  const order = shuffled(seed, 131_072)
  t.deepEqual(
    Uint32Array.from(order).sort(),
    Uint32Array.from({ length: 131_072 }, (_, i) => i),
  )
  t.deepEqual(shuffled(seed, 131_072), order)
  t.notDeepEqual(shuffled(Buffer.alloc(32, 8), 131_072).subarray(0, 8), order.subarray(0, 8))
})

test('every place gets every index equally often', (t) => {
  const counts = new Map<number, number>()
  const runs = 6000
  for (let run = 0; run < runs; run++) {
    const seed = Buffer.alloc(32)
    seed.writeUInt32BE(run)
    const first = shuffled(seed, 8)[0] ?? -1
    counts.set(first, (counts.get(first) ?? 0) + 1)
  }
  // chi-squared with 7 degrees of freedom: 24.3 is passed by chance once in a thousand
  const expected = runs / 8
  const chi = [...counts.values()].reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
  t.true(chi < 24.3, String(chi))
})
