import type { ExecutionContext } from 'ava'
import { entriesOf } from '#kernel/audit/audit.ts'
import type { PersonId } from '#registry'
import {
  codeKey,
  redeem,
  sealCode,
  txCodeDigest,
} from '../../../src/issuer/openid4vci/pre-authorized-code.ts'
import { offerTtlMs } from '../../../src/issuer/parameters.ts'
import { withIssuerContext } from '../../support/issuer.ts'
import { testOn } from '../../support/servers.ts'

const person = '2d9f7c62-6c1f-4b0e-8f0e-5d9f6f3f0a11' as PersonId

for (const kind of ['memory', 'embedded', 'redis'] as const) {
  const test = testOn(kind === 'redis' ? 'redis' : 'sqlite')

  const offered = async (t: ExecutionContext) => {
    let now = Date.now()
    const ctx = await withIssuerContext(t, { ephemeral: kind, now: () => new Date(now) })
    const code = ctx.random(32).toString('base64url')
    const key = codeKey(ctx, code)
    const txCode = txCodeDigest(ctx, key, '123456')
    const subject = { person, configurationIds: ['national-id-sd-jwt'], txCode, reference: 'none' }
    await ctx.ephemeral.set(key, await sealCode(ctx, key, subject), { ttlMs: offerTtlMs })
    const outcome = async (guess: string | undefined) => (await redeem(ctx, code, guess)).outcome
    const pass = (ms: number) => {
      now += ms
    }
    return { ctx, code, outcome, pass }
  }

  test(`${kind}: of eight with the right code one redeems`, async (t) => {
    const { ctx, code } = await offered(t)
    const results = await Promise.all(Array.from({ length: 8 }, () => redeem(ctx, code, '123456')))
    t.is(results.filter(({ outcome }) => outcome === 'redeemed').length, 1)
    t.is(results.filter(({ outcome }) => outcome === 'invalid').length, 7)
    const winner = results.find((result) => result.outcome === 'redeemed')
    t.like(winner, { person, configurationIds: ['national-id-sd-jwt'] })
    const entries = await entriesOf(ctx, person, { limit: 10 })
    t.deepEqual(
      entries.map((entry) => entry.kind),
      ['credential-offer.redeemed'],
    )
  })

  test(`${kind}: five wrong transaction codes burn the code`, async (t) => {
    const { ctx, outcome } = await offered(t)
    t.is(await outcome(undefined), 'tx-code-required')
    for (let wrong = 0; wrong < 5; wrong++) t.is(await outcome(`00000${wrong}`), 'wrong-tx-code')
    t.is(await outcome('123456'), 'invalid')
    const entries = await entriesOf(ctx, person, { limit: 10 })
    t.is(entries.filter((entry) => entry.kind === 'credential-offer.refused').length, 5)
    t.is(entries.filter((entry) => entry.content.burned === true).length, 1)
  })

  test(`${kind}: four wrong ones do not`, async (t) => {
    const { outcome } = await offered(t)
    for (let wrong = 0; wrong < 4; wrong++) t.is(await outcome(`00000${wrong}`), 'wrong-tx-code')
    t.is(await outcome('123456'), 'redeemed')
    t.is(await outcome('123456'), 'invalid')
  })

  test(`${kind}: parallel guesses do not outrun the count`, async (t) => {
    const { outcome } = await offered(t)
    const guesses = Array.from({ length: 40 }, (_, guess) => String(200_000 + guess))
    const outcomes = await Promise.all(guesses.map(outcome))
    t.is(outcomes.filter((one) => one === 'wrong-tx-code').length, 5)
    t.is(await outcome('123456'), 'invalid')
  })

  test(`${kind}: an unknown, an overlong and an expired code`, async (t) => {
    const { ctx, outcome, pass } = await offered(t)
    t.is((await redeem(ctx, 'unknown', '123456')).outcome, 'invalid')
    t.is((await redeem(ctx, 'x'.repeat(4000), '123456')).outcome, 'invalid')
    t.is(await outcome('1'.repeat(4000)), 'invalid')
    // Redis keeps its own clock
    if (kind === 'redis') return
    pass(offerTtlMs + 1)
    t.is(await outcome('123456'), 'invalid')
  })
}
