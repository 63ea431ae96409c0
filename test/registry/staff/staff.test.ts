import test from 'ava'
import { transaction } from '../../../src/kernel/db/db.ts'
import { route, startServer } from '../../../src/kernel/http/http.ts'
import { staffFolder } from '../../../src/registry/staff/folder.ts'
import { staffMigrations } from '../../../src/registry/staff/migrations.ts'
import { hashPassword, passwordMatches } from '../../../src/registry/staff/password.ts'
import { staffRoutes } from '../../../src/registry/staff/routes.ts'
import {
  addOperatorKey,
  addStaff,
  operatorKey,
  requireStaff,
  revokeOperatorKey,
} from '../../../src/registry/staff/staff.ts'
import { countTry, forgiveTry } from '../../../src/registry/staff/tries.ts'
import { withContext } from '../../support/context.ts'

const token = 'a-token-of-more-than-128-bits-of-randomness'
const ada = {
  id: 'ada',
  name: 'Ada Demir',
  roles: ['operator'] as const,
  password: 'sea salt',
  token,
}

async function office(t: Parameters<typeof withContext>[0]) {
  const ctx = await withContext(t, { migrations: staffMigrations, folders: [staffFolder] })
  t.true(await addStaff(ctx, ada))
  const guarded = (path: string, role: 'operator' | 'adjudicator') =>
    route({
      method: 'GET',
      path,
      summary: 'For staff',
      handle: async (incoming) => ({ json: await requireStaff(ctx, incoming, role) }),
    })
  const routes = [
    ...staffRoutes(ctx),
    guarded('/for-operators', 'operator'),
    guarded('/for-adjudicators', 'adjudicator'),
  ]
  const { port, stop } = await startServer(ctx, { routes, mounts: [], ready: async () => true })
  t.teardown(stop)
  const base = `http://127.0.0.1:${port}`
  const signIn = (id: string, password: string, back = '/for-operators') =>
    fetch(`${base}/staff/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { accept: 'text/html', 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams({ id, password, return: back }),
    })
  return { ctx, base, signIn }
}

test('the right password opens a session, for the roles of the account only', async (t) => {
  const { base, signIn } = await office(t)
  t.is((await fetch(`${base}/for-operators`)).status, 401)
  const reply = await signIn('ada', 'sea salt')
  t.is(reply.status, 303)
  t.is(reply.headers.get('location'), '/for-operators')
  const cookie = reply.headers.getSetCookie()[0] ?? ''
  t.regex(cookie, /httponly/i)
  const headers = { cookie: cookie.split(';')[0] ?? '' }
  const seen = await fetch(`${base}/for-operators`, { headers })
  t.deepEqual(await seen.json(), { id: 'ada', name: 'Ada Demir', roles: ['operator'] })
  t.is((await fetch(`${base}/for-adjudicators`, { headers })).status, 403)
  await fetch(`${base}/staff/sign-out`, {
    method: 'POST',
    headers: { ...headers, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams(),
    redirect: 'manual',
  })
  t.is((await fetch(`${base}/for-operators`, { headers })).status, 401)
})

test('a bearer token names its account, another one nobody', async (t) => {
  const { base } = await office(t)
  const ask = (bearer: string) =>
    fetch(`${base}/for-operators`, { headers: { authorization: `Bearer ${bearer}` } })
  t.is((await ask(token)).status, 200)
  t.is((await ask(`${token}x`)).status, 401)
})

test('a wrong password and an unknown account get the same answer; the sixth try is refused', async (t) => {
  const { signIn } = await office(t)
  const wrong = await signIn('ada', 'sugar')
  const unknown = await signIn('bob', 'sugar')
  t.is(wrong.status, 401)
  t.is(unknown.status, 401)
  for (let i = 0; i < 4; i++) await signIn('ada', 'sugar')
  t.is((await signIn('ada', 'sea salt')).status, 429)
})

test('guesses at many accounts from one address end as well; an own success in between forgives none', async (t) => {
  const { ctx, signIn } = await office(t)
  const guess = (at: number) => countTry(ctx, { id: `account-${at}`, ip: '127.0.0.1' })
  for (let at = 0; at < 18; at++) t.true(await guess(at))
  t.is((await signIn('bob', 'sugar')).status, 401)
  t.is((await signIn('ada', 'sea salt')).status, 303)
  t.true(await guess(19))
  t.is((await signIn('bob', 'sugar')).status, 429)
})

test('guesses at one account from many addresses end at a hundred', async (t) => {
  const { ctx } = await office(t)
  const guesses = Array.from({ length: 110 }, (_, at) =>
    countTry(ctx, { id: 'ada', ip: `192.0.2.${at}` }),
  )
  t.is((await Promise.all(guesses)).filter(Boolean).length, 100)
  await forgiveTry(ctx, { id: 'ada', ip: '192.0.2.1' })
  t.true(await countTry(ctx, { id: 'ada', ip: '192.0.2.1' }))
})

test('signing in leads nowhere but into this house', async (t) => {
  const { signIn } = await office(t)
  for (const back of ['//evil.example', '/\\evil.example', 'https://evil.example', '/a\r\nb']) {
    t.is((await signIn('ada', 'sea salt', back)).headers.get('location'), '/', back)
  }
})

test('passwords: argon2id, one salt each', async (t) => {
  const stored = await hashPassword('Käse', Buffer.alloc(16, 1))
  t.true(await passwordMatches('Ka\u0308se', stored))
  t.false(await passwordMatches('Kase', stored))
  t.false(await passwordMatches('x'.repeat(201), stored))
  t.false(await passwordMatches('', undefined))
})

test("an operator's key counts until it is revoked, and only its public half is kept", async (t) => {
  const { ctx } = await office(t)
  const jwk = { kid: 'k1', crv: 'P-256', x: 'x', y: 'y', d: 'secret' }
  t.true(await transaction(ctx, (tx) => addOperatorKey(ctx, tx, 'ada', jwk)))
  const found = await operatorKey(ctx, 'k1')
  t.is(found?.operator, 'ada')
  t.false('d' in (found?.jwk ?? {}))
  t.true(await transaction(ctx, (tx) => revokeOperatorKey(ctx, tx, 'k1')))
  t.is(await operatorKey(ctx, 'k1'), undefined)
})
