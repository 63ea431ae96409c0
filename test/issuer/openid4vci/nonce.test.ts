import { Problem } from '#kernel/problems.ts'
import { mintNonce, spendNonces } from '../../../src/issuer/openid4vci/nonce.ts'
import { noncesPerMinute } from '../../../src/issuer/parameters.ts'
import { withIssuerContext } from '../../support/issuer.ts'
import { testOn } from '../../support/servers.ts'

for (const kind of ['memory', 'embedded', 'redis'] as const) {
  const test = testOn(kind === 'redis' ? 'redis' : 'sqlite')

  test(`${kind}: of eight that spend a nonce one may`, async (t) => {
    const ctx = await withIssuerContext(t, { ephemeral: kind })
    const nonce = await mintNonce(ctx, '192.0.2.1')
    t.regex(nonce, /^[A-Za-z0-9_-]{43}$/)
    const spent = await Promise.all(Array.from({ length: 8 }, () => spendNonces(ctx, [nonce])))
    t.is(spent.filter(Boolean).length, 1)
    t.false(await spendNonces(ctx, [nonce]))
    t.false(await spendNonces(ctx, ['guessed']))
  })

  test(`${kind}: one bad nonce in a batch spends the good ones too`, async (t) => {
    const ctx = await withIssuerContext(t, { ephemeral: kind })
    const nonces = [await mintNonce(ctx, '192.0.2.1'), await mintNonce(ctx, '192.0.2.1')]
    t.false(await spendNonces(ctx, [...nonces, 'guessed']))
    t.false(await spendNonces(ctx, nonces))
  })
}

testOn('sqlite')('an address gets so many nonces a minute, others are not held up', async (t) => {
  const now = new Date('2027-01-01T00:00:30Z')
  const ctx = await withIssuerContext(t, { now: () => now })
  for (let count = 0; count < noncesPerMinute; count++) await mintNonce(ctx, '192.0.2.1')
  const error = await t.throwsAsync(mintNonce(ctx, '192.0.2.1'), { instanceOf: Problem })
  t.is(error?.code, 'http.too-many-requests')
  t.truthy(await mintNonce(ctx, '192.0.2.2'))
})
