/** One-time values over HTTP, eight at once, against real stores: the engine alone gives up to eight token sets. */
import type { ExecutionContext } from 'ava'
import { SignJWT } from 'jose'
import { aBrowser } from '../support/browser.ts'
import {
  discover,
  type House,
  push,
  type RelyingParty,
  type Request,
  share,
  signInByCode,
  withIdp,
} from '../support/idp.ts'
import { testOn } from '../support/servers.ts'

const pairs = [
  { name: 'SQLite and the embedded store', engine: 'sqlite', ephemeral: 'embedded' },
  { name: 'MariaDB and memory', engine: 'mariadb', ephemeral: 'memory' },
  { name: 'MariaDB and Redis', engine: 'mariadb', ephemeral: 'redis' },
] as const

for (const { name, engine, ephemeral } of pairs) {
  testOn(ephemeral === 'redis' ? 'redis' : engine)(`${name}: eight at once`, async (t) => {
    const house = await withIdp(t, { engine, ephemeral })
    await oneCodeEightTimes(t, house)
    await oneAssertionEightTimes(t, house)
    await oneRequestInTwoBrowsers(t, house)
  })
}

const oneCodeEightTimes = async (t: ExecutionContext, house: House): Promise<void> => {
  for (let round = 0; round < 3; round++) {
    const { request, callback } = await untilCode(house, round)
    const answers = await eight(async () =>
      postForm(house, '/oidc/token', await codeForm(house, house.rp, request, callback)),
    )
    const tokens = answers.filter(({ status }) => status === 200)
    t.is(tokens.length, 1, 'one token set')
    for (const { status, body } of answers.filter((answer) => answer.status !== 200)) {
      t.is(status, 400)
      t.is(body.error, 'invalid_grant')
    }
    // RFC 6749 §4.1.2: what the replayed code gave is revoked
    const userinfo = await fetch(`${house.url}/oidc/userinfo`, {
      headers: { authorization: `Bearer ${tokens[0]?.body.access_token}` },
    })
    t.is(userinfo.status, 401)
  }
}

const oneAssertionEightTimes = async (t: ExecutionContext, house: House): Promise<void> => {
  for (let round = 0; round < 3; round++) {
    const client_assertion = await anAssertion(house, house.rp)
    const form = { ...parForm(house.rp), client_assertion }
    const answers = await eight(() => postForm(house, '/oidc/par', form))
    t.is(answers.filter(({ status }) => status === 201).length, 1, 'one acceptance')
    for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
      t.is(status, 401)
      t.is(body.error, 'invalid_client')
    }
  }
}

const oneRequestInTwoBrowsers = async (t: ExecutionContext, house: House): Promise<void> => {
  const config = await discover(house, house.rp)
  const { url } = await push(config, house.rp)
  const pages = await eight(() => aBrowser(house.url).get(url.href))
  t.is(pages.filter(({ html }) => html.includes('name="identifier"')).length, 1, 'one browser')
}

const untilCode = async (house: House, index: number) => {
  const person = house.people[index]
  if (!person) throw new Error('the sandbox has too few people')
  const browser = aBrowser(house.url)
  const request = await push(await discover(house, house.rp), house.rp)
  const page = await signInByCode(house, browser, request.url.href, person)
  const { left } = await share(browser, page)
  if (!left) throw new Error('not back at the client')
  return { request, callback: left }
}

const codeForm = async (house: House, rp: RelyingParty, request: Request, callback: URL) => ({
  grant_type: 'authorization_code',
  code: callback.searchParams.get('code') ?? '',
  redirect_uri: rp.redirectUri,
  code_verifier: request.verifier,
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion: await anAssertion(house, rp),
})

const parForm = (rp: RelyingParty) => ({
  client_id: rp.id,
  response_type: 'code',
  scope: 'openid',
  redirect_uri: rp.redirectUri,
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
})

const anAssertion = (house: House, rp: RelyingParty): Promise<string> =>
  new SignJWT({ jti: crypto.randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: rp.kid })
    .setIssuer(rp.id)
    .setSubject(rp.id)
    .setAudience(house.url)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(rp.key)

const postForm = async (house: House, path: string, form: Record<string, string>) => {
  const response = await fetch(`${house.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams(form),
  })
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}
const eight = <T>(work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: 8 }, work))
