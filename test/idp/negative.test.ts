/** What must be refused (reference: openid.md §4), sent by hand: no client library of ours or the engine's author decides what goes out. */
import { createHash, createHmac, randomUUID } from 'node:crypto'
import test from 'ava'
import { exportJWK, type JWTHeaderParameters, type JWTPayload, SignJWT } from 'jose'
import { aBrowser } from '../support/browser.ts'
import {
  aRelyingParty,
  discover,
  type House,
  logIn,
  push,
  type RelyingParty,
  share,
  sharedIdp,
  signInByCode,
} from '../support/idp.ts'

const shared = sharedIdp()
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'
const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
const challenge = createHash('sha256').update(verifier).digest('base64url')
const now = () => Math.floor(Date.now() / 1000)

const post = async (house: House, path: string, form: Record<string, string> | string) => {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString()
  const response = await fetch(`${house.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  })
  const answer = (await response.json()) as Record<string, string>
  return { status: response.status, error: answer.error, answer }
}
const assertion = (
  house: House,
  rp: RelyingParty,
  payload: JWTPayload = {},
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> =>
  new SignJWT({
    iss: rp.id,
    sub: rp.id,
    aud: house.url,
    iat: now(),
    exp: now() + 60,
    jti: randomUUID(),
    ...payload,
  })
    .setProtectedHeader({ alg: 'ES256', kid: rp.kid, ...header })
    .sign(rp.key)
const parForm = (
  rp: RelyingParty,
  client_assertion: string,
  more: Record<string, string> = {},
) => ({
  client_id: rp.id,
  response_type: 'code',
  scope: 'openid',
  redirect_uri: rp.redirectUri,
  code_challenge: challenge,
  code_challenge_method: 'S256',
  client_assertion_type: assertionType,
  client_assertion,
  ...more,
})
const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

test('the request that all others here differ from is accepted', async (t) => {
  const house = await shared()
  const form = parForm(house.rp, await assertion(house, house.rp))
  t.is((await post(house, '/oidc/par', form)).status, 201)
})

test('client assertions', async (t) => {
  const house = await shared()
  const { rp } = house
  const other = await aRelyingParty(house.ctx)
  const claims = { iss: rp.id, sub: rp.id, aud: house.url, exp: now() + 60, jti: randomUUID() }
  const publicKey = JSON.stringify(await exportJWK(await publicOf(rp)))
  const hs256 = (secret: string) => {
    const input = `${segment({ alg: 'HS256', kid: rp.kid })}.${segment(claims)}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  const good = await assertion(house, rp)
  const cases: Record<string, string> = {
    'alg none': `${segment({ alg: 'none' })}.${segment(claims)}.`,
    'alg none, signed': `${segment({ alg: 'none' })}.${segment(claims)}.${good.split('.')[2]}`,
    'HS256 over the public key': hs256(publicKey),
    'HS256 over the client id': hs256(rp.id),
    'a kid of nobody': await assertion(house, rp, {}, { kid: '../../etc/passwd' }),
    'a key of its own in the header': await assertion(
      house,
      { ...other, id: rp.id },
      {},
      { jwk: await exportJWK(await publicOf(other)), kid: other.kid },
    ),
    'the key of another client': await assertion(house, { ...other, id: rp.id }),
    'another audience': await assertion(house, rp, { aud: 'https://other.example' }),
    'a list of other audiences': await assertion(house, rp, { aud: ['https://a.example', 'b'] }),
    'a list with ours among others': await assertion(house, rp, {
      aud: [house.url, 'https://other.example'],
    }),
    'a list of ours': await assertion(house, rp, { aud: [house.url] }),
    'another issuer': await assertion(house, rp, { iss: other.id }),
    'no jti': await assertion(house, rp, { jti: undefined } as unknown as JWTPayload),
    'no exp': await assertion(house, rp, { exp: undefined } as unknown as JWTPayload),
    expired: await assertion(house, rp, { exp: now() - 60 }),
    'not yet valid': await assertion(house, rp, { nbf: now() + 120 }),
    'valid for a day': await assertion(house, rp, { exp: now() + 86_400 }),
    'an altered signature': `${good.slice(0, -6)}AAAAAA`,
  }
  for (const [name, forged] of Object.entries(cases)) {
    const { status, error } = await post(house, '/oidc/par', parForm(rp, forged))
    t.true(status === 401 || status === 400, `${name}: ${status}`)
    t.true(['invalid_client', 'invalid_request'].includes(error ?? ''), `${name}: ${error}`)
  }
})

test('an assertion is accepted once', async (t) => {
  const house = await shared()
  const form = parForm(house.rp, await assertion(house, house.rp))
  t.is((await post(house, '/oidc/par', form)).status, 201)
  t.is((await post(house, '/oidc/par', form)).error, 'invalid_client')
})

test('pushed requests', async (t) => {
  const house = await shared()
  const { rp } = house
  const variants = [
    `${rp.redirectUri}/`,
    `${rp.redirectUri}?x=1`,
    `${rp.redirectUri}#x`,
    `${rp.redirectUri}/../callback`,
    rp.redirectUri.replace('https:', 'http:'),
    rp.redirectUri.replace('.example', '.example:443'),
    rp.redirectUri.replace('https://', 'https://user@'),
    rp.redirectUri.toUpperCase(),
    rp.redirectUri.replace('callback', '%63allback'),
    rp.redirectUri.replace('.example', '.example.evil.example'),
    `https://evil.example/?${rp.redirectUri}`,
  ]
  const cases: Record<string, Record<string, string>> = {
    'no PKCE': { code_challenge: '', code_challenge_method: '' },
    'PKCE plain': { code_challenge: verifier, code_challenge_method: 'plain' },
    'a challenge that is none': { code_challenge: 'short' },
    'another response type': { response_type: 'id_token', nonce: 'n' },
    'a token at once': { response_type: 'code token' },
    'a request object': { request: `${segment({ alg: 'none' })}.${segment({})}.` },
    'a request_uri': { request_uri: 'https://evil.example/request.jwt' },
    'claims that are no JSON': { claims: '{' },
    'claims of another shape': { claims: JSON.stringify({ userinfo: [] }) },
    'prompt none with another': { prompt: 'none login' },
    ...Object.fromEntries(variants.map((uri) => [`redirect URI ${uri}`, { redirect_uri: uri }])),
  }
  for (const [name, more] of Object.entries(cases)) {
    const form = parForm(rp, await assertion(house, rp), more)
    const { status } = await post(house, '/oidc/par', dropEmpty(form))
    t.is(status, 400, name)
  }
  const doubled = new URLSearchParams(parForm(rp, await assertion(house, rp)))
  doubled.append('redirect_uri', 'https://evil.example/')
  t.is((await post(house, '/oidc/par', doubled.toString())).status, 400, 'a parameter twice')
  const huge = parForm(rp, await assertion(house, rp), { state: 'x'.repeat(200_000) })
  t.is((await post(house, '/oidc/par', huge)).status, 400, 'a huge body')
})

test('authorization without a pushed request, or with one of another client', async (t) => {
  const house = await shared()
  const { rp } = house
  const query = new URLSearchParams({
    client_id: rp.id,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: rp.redirectUri,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  const direct = await aBrowser(house.url).get(`/oidc/auth?${query}`)
  t.is(direct.left?.searchParams.get('error') ?? direct.status, 'invalid_request')
  const { answer } = await post(house, '/oidc/par', parForm(rp, await assertion(house, rp)))
  const other = await aRelyingParty(house.ctx)
  const stolen = new URLSearchParams({ client_id: other.id, request_uri: answer.request_uri ?? '' })
  const page = await aBrowser(house.url).get(`/oidc/auth?${stolen}`)
  t.is(page.left, undefined)
  t.is(page.status, 400)
  t.true(page.html.includes('</html>'))
  for (const bad of ['urn:ietf:params:oauth:request_uri:nobody', 'https://evil.example/r']) {
    const unknown = new URLSearchParams({ client_id: rp.id, request_uri: bad })
    t.is((await aBrowser(house.url).get(`/oidc/auth?${unknown}`)).status, 400)
  }
})

test('a request is opened once, and ends once', async (t) => {
  const house = await shared()
  const person = house.people[0]
  if (!person) return t.fail()
  const config = await discover(house, house.rp)
  const browser = aBrowser(house.url)
  const request = await push(config, house.rp)
  const page = await share(browser, await signInByCode(house, browser, request.url.href, person))
  t.truthy(page.left?.searchParams.get('code'))
  for (const again of [browser, aBrowser(house.url)]) {
    const replayed = await again.get(request.url.href)
    t.false(replayed.left?.searchParams.has('code') ?? false)
    t.false(replayed.html.includes('name="identifier"'))
  }
})

test('codes: another client, verifier, redirect URI; twice', async (t) => {
  const house = await shared()
  const person = house.people[1]
  if (!person) return t.fail()
  const { rp } = house
  const config = await discover(house, rp)
  const other = await aRelyingParty(house.ctx)
  const fresh = async () => {
    const browser = aBrowser(house.url)
    const request = await push(config, rp)
    const page = await share(browser, await signInByCode(house, browser, request.url.href, person))
    return { request, code: page.left?.searchParams.get('code') ?? '' }
  }
  const { request, code } = await fresh()
  const form = async (by: RelyingParty, more: Record<string, string> = {}) => ({
    grant_type: 'authorization_code',
    code,
    redirect_uri: rp.redirectUri,
    code_verifier: request.verifier,
    client_assertion_type: assertionType,
    client_assertion: await assertion(house, by),
    ...more,
  })
  const token = async (by: RelyingParty, more?: Record<string, string>) =>
    post(house, '/oidc/token', dropEmpty(await form(by, more)))
  t.is((await token(other)).error, 'invalid_grant')
  t.is((await token(rp, { code_verifier: verifier })).error, 'invalid_grant')
  t.is((await token(rp, { code_verifier: '' })).error, 'invalid_grant')
  t.is((await token(rp, { redirect_uri: 'https://evil.example/' })).error, 'invalid_grant')
  t.is((await token(rp, { grant_type: 'password' })).error, 'unsupported_grant_type')
  const good = await token(rp)
  t.is(good.status, 200)
  t.is((await token(rp)).error, 'invalid_grant')
  const userinfo = await fetch(`${house.url}/oidc/userinfo`, {
    headers: { authorization: `Bearer ${good.answer.access_token}` },
  })
  t.is(userinfo.status, 401, 'a code that came twice ends its tokens')
})

test('tokens at userinfo', async (t) => {
  const house = await shared()
  const person = house.people[2]
  if (!person) return t.fail()
  const { tokens } = await logIn(house, house.rp, person)
  const at = async (authorization?: string, path = '/oidc/userinfo') =>
    (await fetch(`${house.url}${path}`, { headers: authorization ? { authorization } : {} })).status
  t.is(await at(`Bearer ${tokens.access_token}`), 200)
  t.is(await at(`Bearer ${tokens.access_token}x`), 401)
  t.is(await at(`Bearer ${tokens.id_token}`), 401)
  t.is(await at(), 401)
  t.is(await at(undefined, `/oidc/userinfo?access_token=${tokens.access_token}`), 400)
  t.is(await house.idp.credentialAccess(`Bearer ${tokens.access_token}`), undefined)
})

test('interactions: another browser, another interaction, a forged form', async (t) => {
  const house = await shared()
  const config = await discover(house, house.rp)
  const browser = aBrowser(house.url)
  const page = await browser.get((await push(config, house.rp)).url.href)
  const stranger = await aBrowser(house.url).get(page.url)
  t.is(stranger.status, 400)
  t.false(stranger.html.includes('name="identifier"'))
  const other = await browser.get((await push(config, house.rp)).url.href)
  const csrf = /name="csrf" value="([^"]+)"/.exec(other.html)?.[1] ?? ''
  const base = new URL(page.url).pathname
  t.is((await browser.submit(page, base, { csrf, identifier: '123456789012' })).status, 403)
  const crossSite = await browser.send(base, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'sec-fetch-site': 'cross-site',
    },
    body: 'csrf=x&identifier=1',
  })
  t.is(crossSite.status, 403)
})

test('a foreign Host does not move the endpoints', async (t) => {
  const house = await shared()
  const { port } = new URL(house.url)
  const { request } = await import('node:http')
  const answer = await new Promise<string>((resolve, reject) => {
    const sent = request(
      {
        port,
        host: 'localhost',
        path: '/.well-known/openid-configuration',
        headers: { host: 'evil.example', 'x-forwarded-host': 'evil.example' },
      },
      (response) => {
        let body = ''
        response.on('data', (chunk) => {
          body += chunk
        })
        response.on('end', () => resolve(body))
      },
    )
    sent.on('error', reject)
    sent.end()
  })
  t.false(answer.includes('evil.example'))
  t.is(JSON.parse(answer).issuer, house.url)
})

const publicOf = async (rp: RelyingParty): Promise<CryptoKey> => {
  const { d: _, key_ops: __, ...jwk } = await crypto.subtle.exportKey('jwk', rp.key)
  return crypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'verify',
  ])
}
const dropEmpty = (form: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(form).filter(([, value]) => value !== ''))

test('logout with a hint that nobody signed', async (t) => {
  const house = await shared()
  const hint = (claims: object) => `${segment({ alg: 'none' })}.${segment(claims)}.`
  for (const claims of [{}, { aud: 7 }, { aud: [house.rp.id] }, { aud: { a: 1 } }, { aud: 'x' }]) {
    const query = new URLSearchParams({ id_token_hint: hint(claims) })
    const { status } = await fetch(`${house.url}/oidc/logout?${query}`)
    t.is(status, 400, JSON.stringify(claims))
  }
})
