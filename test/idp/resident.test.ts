import test from 'ava'
import { type Authenticator, anAuthenticator, type Changes } from '../support/authenticator.ts'
import { aBrowser, type Browser, formOf } from '../support/browser.ts'
import { type House, type SandboxPerson, sharedIdp, signInByCode, withIdp } from '../support/idp.ts'

const shared = sharedIdp()

const personAt = (house: House, index: number): SandboxPerson => {
  const person = house.people[index]
  if (!person) throw new Error('the sandbox has too few people')
  return person
}

/** The session as a portal sees it: the cookie of the browser, given to the door. */
const sessionOf = (house: House, browser: Browser) => {
  const cookie = browser.cookies.get('plinth_resident|/')?.value
  const incoming = {
    cookies: { get: (name: string) => (name === 'plinth_resident' ? cookie : undefined) },
  }
  return house.idp.resident(incoming as unknown as Parameters<House['idp']['resident']>[0])
}

const signedIn = async (house: House, person: SandboxPerson) => {
  const browser = aBrowser(house.url)
  const page = await signInByCode(house, browser, '/sign-in', person)
  const session = await sessionOf(house, browser)
  if (!session) throw new Error(`not signed in: ${page.status}`)
  return { browser, session, page }
}

const postJson = (browser: Browser, path: string, body: object) =>
  browser.send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
  })

const addPasskey = async (
  house: House,
  browser: Browser,
  csrf: string,
  authenticator: Authenticator,
) => {
  const options = await (await postJson(browser, '/sign-in/passkeys/options', { csrf })).json()
  const response = authenticator.create(options as never, house.url)
  return postJson(browser, '/sign-in/passkeys', { csrf, name: 'My phone', response })
}

const signInByPasskey = async (
  house: House,
  authenticator: Authenticator,
  changes: Changes & { readonly origin?: string } = {},
) => {
  const browser = aBrowser(house.url)
  const page = await browser.get('/sign-in')
  const asked = await browser.send('/sign-in/passkey/options', { method: 'POST' })
  const { origin = house.url, ...more } = changes
  const credential = JSON.stringify(authenticator.get((await asked.json()) as never, origin, more))
  const { action, fields } = formOf(page.html, '/sign-in/passkey')
  const submit = () =>
    browser.send(action, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ ...fields, credential }).toString(),
    })
  const answer = await submit()
  return { browser, answer, again: submit }
}

test('a resident signs in by code, and out', async (t) => {
  const house = await shared()
  const { browser, session, page } = await signedIn(house, personAt(house, 0))
  t.is(page.url, `${house.url}/my-identity`)
  t.is(session.acr, 'mosip:idp:acr:generated-code')
  t.deepEqual(session.amr, ['otp'])
  const forged = await browser.send('/sign-out', formPost({ csrf: 'x' }))
  t.is(forged.status, 403)
  const answer = await browser.send('/sign-out', formPost({ csrf: session.csrf }))
  t.is(answer.status, 303)
  t.is(await sessionOf(house, browser), undefined)
})

test('a session ends after 15 idle minutes and after 12 hours', async (t) => {
  let now = Date.now()
  const house = await withIdp(t, { now: () => new Date(now) })
  const { browser } = await signedIn(house, personAt(house, 0))
  for (let minutes = 0; minutes < 12 * 60 - 14; minutes += 14) {
    t.truthy(await sessionOf(house, browser), `after ${minutes} minutes`)
    now += 14 * 60_000
  }
  now += 14 * 60_000
  t.is(await sessionOf(house, browser), undefined)
  const other = await signedIn(house, personAt(house, 1))
  now += 15 * 60_000 + 1000
  t.is(await sessionOf(house, other.browser), undefined)
})

test('return goes to a path of ours only', async (t) => {
  const house = await shared()
  for (const bad of [
    '//evil.example',
    'https://evil.example/',
    '/\\evil.example',
    'javascript:1',
  ]) {
    const browser = aBrowser(house.url)
    const start = `/sign-in?return=${encodeURIComponent(bad)}`
    const page = await signInByCode(house, browser, start, personAt(house, 2))
    t.is(page.url, `${house.url}/my-identity`)
  }
})

test('a passkey is added, used and removed', async (t) => {
  const house = await shared()
  const { browser, session } = await signedIn(house, personAt(house, 3))
  const authenticator = anAuthenticator()
  const added = await addPasskey(house, browser, session.csrf, authenticator)
  t.is(added.status, 201)
  const [passkey] = await house.idp.passkeysOf(session.person)
  t.is(passkey?.name, 'My phone')
  const twice = await addPasskey(house, browser, session.csrf, authenticator)
  t.is(twice.status, 400)

  const { browser: other, answer, again } = await signInByPasskey(house, authenticator)
  t.is(answer.status, 303)
  const strong = await sessionOf(house, other)
  t.is(strong?.person, session.person)
  t.is(strong?.acr, 'phr')
  t.deepEqual(strong?.amr, ['hwk', 'user', 'mfa'])
  // its sign-in is over, and its challenge is spent
  t.is((await again()).headers.get('location'), '/sign-in')

  t.false(await house.idp.removePasskey(session.person, 'somebody-else'))
  t.true(await house.idp.removePasskey(session.person, passkey?.id ?? ''))
  t.is((await signInByPasskey(house, authenticator)).answer.status, 400)
})

test('a synchronised passkey is told apart', async (t) => {
  const house = await shared()
  const { browser, session } = await signedIn(house, personAt(house, 4))
  const authenticator = anAuthenticator({ synced: true })
  await addPasskey(house, browser, session.csrf, authenticator)
  const used = await signInByPasskey(house, authenticator)
  t.deepEqual((await sessionOf(house, used.browser))?.amr, ['swk', 'user', 'mfa'])
})

test('what a passkey must not be', async (t) => {
  const house = await shared()
  const { browser, session } = await signedIn(house, personAt(house, 5))
  const authenticator = anAuthenticator()
  await addPasskey(house, browser, session.csrf, authenticator)
  const cases: Record<string, Changes & { origin?: string }> = {
    'without user verification': { userVerified: false },
    'of another origin': { origin: 'https://evil.example' },
    'with another signature': { signature: Buffer.alloc(70, 1) },
    'for another user': { userHandle: Buffer.alloc(32).toString('base64url') },
  }
  for (const [name, changes] of Object.entries(cases)) {
    const { answer } = await signInByPasskey(house, authenticator, changes)
    t.is(answer.status, 400, name)
    t.is(answer.headers.get('x-problem'), 'passkey.refused', name)
  }
  t.is((await signInByPasskey(house, authenticator, { counter: 9 })).answer.status, 303)
  t.is((await signInByPasskey(house, authenticator, { counter: 9 })).answer.status, 400)
  t.is((await signInByPasskey(house, anAuthenticator())).answer.status, 400)
})

test('a passkey is added only by somebody who signed in recently', async (t) => {
  let now = Date.now()
  const house = await withIdp(t, { now: () => new Date(now) })
  const { browser, session } = await signedIn(house, personAt(house, 0))
  now += 11 * 60_000
  const late = await postJson(browser, '/sign-in/passkeys/options', { csrf: session.csrf })
  t.is(((await late.json()) as { code: string }).code, 'sign-in.not-recent')
  const stranger = await postJson(aBrowser(house.url), '/sign-in/passkeys/options', { csrf: 'x' })
  t.is(stranger.status, 401)
})

const formPost = (fields: Record<string, string>): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: new URLSearchParams(fields).toString(),
})
