import test from 'ava'
import { z } from 'zod'
import { route } from '../../../src/kernel/http/http.ts'
import { defineProblems } from '../../../src/kernel/problems.ts'
import { anEdge } from '../../support/edge.ts'

const problem = defineProblems({ 'test.taken': [409, 'It is taken'] })

const things = [
  route({
    method: 'GET',
    path: '/things/:id',
    summary: 'A thing',
    params: z.object({ id: z.string().regex(/^\d+$/) }),
    query: z.strictObject({ page: z.coerce.number().max(9).optional() }),
    handle: ({ params, query, language }) => ({ json: { ...params, ...query, language } }),
  }),
  route({
    method: 'POST',
    path: '/things',
    summary: 'A new thing',
    accepts: 'json',
    body: z.strictObject({ name: z.string().max(5), tags: z.array(z.string()).max(3).optional() }),
    handle: ({ body }) => ({ status: 201, json: body }),
  }),
  route({
    method: 'GET',
    path: '/taken',
    summary: 'Always refused',
    handle() {
      throw problem('test.taken', { detail: { retryAfterSeconds: 7, field: 'name' } })
    },
  }),
  route({
    method: 'GET',
    path: '/bug',
    summary: 'Always broken',
    handle() {
      throw new Error('Layla Mansour, 371952079184')
    },
  }),
  route({
    method: 'GET',
    path: '/cookie',
    summary: 'Sets and deletes',
    handle: ({ cookies }) => ({
      text: cookies.get('seen') ?? 'never',
      cookies: [
        { name: 'seen', value: 'yes', maxAgeMs: 60_000 },
        { name: 'old', value: undefined, path: '/x', sameSite: 'strict' },
      ],
    }),
  }),
  route({
    method: 'GET',
    path: '/away',
    summary: 'Redirects',
    handle: () => ({ redirect: '/taken' }),
  }),
  route({ method: 'POST', path: '/empty', summary: 'Takes and says nothing', handle: () => ({}) }),
  route({
    method: 'GET',
    path: '/public.json',
    summary: 'For everybody',
    cors: true,
    handle: () => ({ json: [], headers: { 'cache-control': 'public, max-age=60' } }),
  }),
  route({
    method: 'GET',
    path: '/page',
    summary: 'A page whose form ends elsewhere',
    handle: () => ({ html: '<p>', formActions: ['https://bank.example'] }),
  }),
]

test('a route gets parsed values and nothing else', async (t) => {
  const { get } = await anEdge(t, things)
  const reply = await get('/things/7?page=3&lang=ar')
  t.is(reply.status, 200)
  t.is(reply.headers.get('content-type'), 'application/json; charset=utf-8')
  t.deepEqual(await reply.json(), { id: '7', page: 3, language: 'ar' })
})

test('what does not parse is refused with its path, never with its value', async (t) => {
  const { get, post } = await anEdge(t, things)
  const path = await get('/things/seven')
  t.is(path.status, 400)
  t.is(path.headers.get('content-type'), 'application/problem+json; charset=utf-8')
  const told = await path.json()
  t.is(told.code, 'http.validation')
  t.is(told.type, 'urn:plinth:problem:http.validation')
  t.is(told.status, 400)
  t.regex(told.instance, /^urn:plinth:request:[\w-]{22}$/)
  t.regex(told.errors[0], /^path\.id: /)
  const body = await post('/things', '{"name":"too-long-and-secret","extra":1}', {
    'content-type': 'application/json',
  })
  const text = await body.text()
  t.regex(text, /body\.name: /)
  t.notRegex(text, /secret/)
})

test('a query parameter twice, or one that nobody knows, is refused', async (t) => {
  const { get } = await anEdge(t, things)
  t.is((await (await get('/things/7?page=1&page=2')).json()).code, 'http.parameter-repeated')
  t.is((await (await get('/things/7?pgae=1')).json()).code, 'http.validation')
  const many = Array.from({ length: 600 }, (_, n) => `a${n}=`).join('&')
  t.is((await (await get(`/things/7?${many}`)).json()).code, 'http.too-many-parameters')
})

test('no such address, no such method, what methods there are', async (t) => {
  const { get, url } = await anEdge(t, things)
  t.is((await (await get('/nothing')).json()).code, 'http.not-found')
  const wrong = await fetch(`${url}/things/7`, { method: 'DELETE' })
  t.is(wrong.status, 405)
  t.is(wrong.headers.get('allow'), 'GET, HEAD, OPTIONS')
  t.is((await wrong.json()).code, 'http.method-not-allowed')
  const head = await fetch(`${url}/things/7`, { method: 'HEAD' })
  t.is(head.status, 200)
  t.is(await head.text(), '')
  const options = await fetch(`${url}/things/7`, { method: 'OPTIONS' })
  t.is(options.status, 204)
  t.is(options.headers.get('access-control-allow-origin'), null)
})

test('a refusal is problem+json for a program and a page for a reader', async (t) => {
  const { get } = await anEdge(t, things)
  const json = await get('/taken')
  t.is(json.status, 409)
  t.is(json.headers.get('retry-after'), '7')
  const told = await json.json()
  t.is(told.title, 'It is taken')
  t.is(told.field, 'name')
  const html = await get('/taken', { accept: 'text/html,*/*;q=0.8', 'accept-language': 'ar' })
  t.is(html.status, 409)
  t.is(html.headers.get('content-type'), 'text/html; charset=utf-8')
  const page = await html.text()
  t.regex(page, /<html lang="ar" dir="rtl"/)
  t.regex(page, /test\.taken/)
  const both = await get('/taken', { accept: 'application/json, text/html' })
  t.is(both.headers.get('content-type'), 'application/problem+json; charset=utf-8')
})

test('a bug says nothing about itself; the log gets its place but not its words', async (t) => {
  const { get, lines } = await anEdge(t, things)
  const reply = await get('/bug')
  t.is(reply.status, 500)
  t.is((await reply.json()).code, 'http.internal')
  const log = lines.join('\n')
  t.regex(log, /routes\.test\.ts/)
  t.notRegex(log, /Layla|371952079184/)
})

test('one log line a request: the pattern, never the path or the query', async (t) => {
  const { get, lines } = await anEdge(t, things)
  await get('/things/371952079184?lang=fr')
  await get('/somebody@example.org')
  await new Promise((resolve) => setTimeout(resolve, 50))
  const logged = lines.filter((line) => line.includes('"request"')).map((line) => JSON.parse(line))
  t.deepEqual(
    logged.map(({ method, route: pattern, status }) => [method, pattern, status]),
    [
      ['GET', '/things/:id', 200],
      ['GET', '(none)', 404],
    ],
  )
  t.notRegex(lines.join('\n'), /371952079184|example\.org/)
})

test('cookies: out of reach of scripts, and Secure where residents come by https', async (t) => {
  const { get } = await anEdge(t, things)
  const reply = await get('/cookie', { cookie: 'other=1; seen=yes' })
  t.is(await reply.text(), 'yes')
  t.deepEqual(reply.headers.getSetCookie(), [
    'seen=yes; Path=/; Max-Age=60; HttpOnly; SameSite=Lax',
    'old=; Path=/x; Max-Age=0; HttpOnly; SameSite=Strict',
  ])
  const secure = await anEdge(t, things, {
    env: { PLINTH_SERVER_PUBLIC_URL: 'https://id.example' },
  })
  const far = await secure.get('/cookie')
  for (const cookie of far.headers.getSetCookie()) t.regex(cookie, /; Secure$/)
  t.is(far.headers.get('strict-transport-security'), 'max-age=63072000')
})

test('redirects are 303, an empty answer is 204', async (t) => {
  const { get, post } = await anEdge(t, things)
  const away = await get('/away')
  t.is(away.status, 303)
  t.is(away.headers.get('location'), '/taken')
  t.is((await post('/empty', '')).status, 204)
})

test('public documents answer any origin, others none; each says how long it may be kept', async (t) => {
  const { get, url } = await anEdge(t, things)
  const open = await get('/public.json', { origin: 'https://wallet.example' })
  t.is(open.headers.get('access-control-allow-origin'), '*')
  t.is(open.headers.get('access-control-allow-credentials'), null)
  t.is(open.headers.get('cross-origin-resource-policy'), 'cross-origin')
  t.is(open.headers.get('cache-control'), 'public, max-age=60')
  const preflight = await fetch(`${url}/public.json`, { method: 'OPTIONS' })
  t.is(preflight.status, 204)
  t.is(preflight.headers.get('access-control-allow-methods'), 'GET')
  const closed = await get('/things/7', { origin: 'https://wallet.example' })
  t.is(closed.headers.get('access-control-allow-origin'), null)
  t.is(closed.headers.get('cache-control'), 'no-store')
})

test('every answer carries the security headers, a refusal too', async (t) => {
  const { get } = await anEdge(t, things)
  for (const path of ['/things/7', '/nothing', '/bug', '/health/live']) {
    const { headers } = await get(path)
    const policy = headers.get('content-security-policy') ?? ''
    t.regex(policy, /^default-src 'none'; script-src 'self' 'nonce-[\w-]{22}'; style-src 'self';/)
    t.regex(policy, /frame-ancestors 'none'; form-action 'self'$/)
    t.is(headers.get('x-content-type-options'), 'nosniff')
    t.is(headers.get('referrer-policy'), 'same-origin')
    t.is(headers.get('cross-origin-opener-policy'), 'same-origin')
    t.is(headers.get('cross-origin-resource-policy'), 'same-origin')
    t.regex(headers.get('permissions-policy') ?? '', /camera=\(self\)/)
    t.is(headers.get('x-powered-by'), null)
  }
  const page = await get('/page')
  t.regex(
    page.headers.get('content-security-policy') ?? '',
    /form-action 'self' https:\/\/bank\.example$/,
  )
})

test('the same address twice is a bug that does not start', async (t) => {
  const twice = route({ method: 'GET', path: '/things/:number', summary: '', handle: () => ({}) })
  await t.throwsAsync(anEdge(t, [...things, twice]), { message: /two routes answer GET/ })
})
