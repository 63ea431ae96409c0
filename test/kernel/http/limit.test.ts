import test from 'ava'
import { route } from '../../../src/kernel/http/http.ts'
import { limit, network } from '../../../src/kernel/http/limit.ts'
import { Problem } from '../../../src/kernel/problems.ts'
import { withContext } from '../../support/context.ts'
import { anEdge } from '../../support/edge.ts'

const rule = { max: 3, windowMs: 10_000 }

test('of any number at once, `max` pass; who they are counts apart; then a new window opens', async (t) => {
  let now = 1_000_000_000_000
  const ctx = await withContext(t, { now: () => new Date(now) })
  const tries = Array.from({ length: 8 }, () => limit(ctx, 'try', 'anna', rule))
  const results = await Promise.allSettled(tries)
  t.is(results.filter(({ status }) => status === 'fulfilled').length, 3)
  await t.notThrowsAsync(limit(ctx, 'try', 'bert', rule))
  await t.notThrowsAsync(limit(ctx, 'other', 'anna', rule))
  now += 10_000
  await t.notThrowsAsync(limit(ctx, 'try', 'anna', rule))
})

test('the refusal says when to come back', async (t) => {
  const now = 1_000_000_004_000
  const ctx = await withContext(t, { now: () => new Date(now) })
  const once = { max: 1, windowMs: 10_000 }
  await limit(ctx, 'try', 'anna', once)
  const error = await t.throwsAsync(limit(ctx, 'try', 'anna', once), { instanceOf: Problem })
  t.is(error?.code, 'http.too-many-requests')
  t.is(error?.detail.retryAfterSeconds, 6)
})

test('a counter that is out of reach refuses', async (t) => {
  const ctx = await withContext(t)
  const broken = { ...ctx.ephemeral, incrBy: () => Promise.reject(new Error('down')) }
  await t.throwsAsync(limit({ ...ctx, ephemeral: broken }, 'try', 'anna', rule))
})

test('an address stands for its subscriber', (t) => {
  t.is(network('192.0.2.7'), '192.0.2.7')
  t.is(network('::ffff:192.0.2.7'), '::ffff:192.0.2.7')
  t.is(network('2001:db8:1:2:3:4:5:6'), '2001:db8:1:2')
  t.is(network('2001:db8::1'), network('2001:db8::ffff'))
  t.is(network('2001:db8::1'), network('2001:db8:0:0:5:6:7:8'))
  t.not(network('2001:db8::1'), network('2001:db8:0:1::1'))
  t.is(network('::1'), '0:0:0:0')
})

test('over HTTP it is 429 with Retry-After', async (t) => {
  const seen: { ctx?: Parameters<typeof limit>[0] } = {}
  const guarded = route({
    method: 'GET',
    path: '/guarded',
    summary: '',
    async handle() {
      if (seen.ctx) await limit(seen.ctx, 'guarded', 'anna', { max: 1, windowMs: 60_000 })
      return { text: 'in' }
    },
  })
  const edge = await anEdge(t, [guarded])
  seen.ctx = edge.ctx
  t.is((await edge.get('/guarded')).status, 200)
  const refused = await edge.get('/guarded')
  t.is(refused.status, 429)
  t.regex(refused.headers.get('retry-after') ?? '', /^\d+$/)
})
