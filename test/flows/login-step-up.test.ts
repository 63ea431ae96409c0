import test from 'ava'
import { type Authenticator, anAuthenticator } from '../support/authenticator.ts'
import { aBrowser, type Browser, formOf, type Page } from '../support/browser.ts'
import {
  discover,
  type House,
  logIn,
  push,
  redeem,
  type SandboxPerson,
  share,
  sharedIdp,
  signInByCode,
} from '../support/idp.ts'

const shared = sharedIdp()
const otpAcr = 'mosip:idp:acr:generated-code'
const personAt = (house: House, index: number): SandboxPerson => {
  const person = house.people[index]
  if (!person) throw new Error('the sandbox has too few people')
  return person
}
const essential = (...values: string[]) =>
  JSON.stringify({ id_token: { acr: { essential: true, values } } })
const errorAt = (page: Page): string | null => page.left?.searchParams.get('error') ?? null

const withPasskey = async (house: House, person: SandboxPerson): Promise<Authenticator> => {
  const browser = aBrowser(house.url)
  await signInByCode(house, browser, '/sign-in', person)
  const cookie = browser.cookies.get('plinth_resident|/')?.value
  const incoming = { cookies: { get: () => cookie } }
  const session = await house.idp.resident(
    incoming as unknown as Parameters<House['idp']['resident']>[0],
  )
  const post = (path: string, body: object) =>
    browser.send(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ csrf: session?.csrf, ...body }),
    })
  const authenticator = anAuthenticator()
  const options = await (await post('/sign-in/passkeys/options', {})).json()
  const response = authenticator.create(options as never, house.url)
  await post('/sign-in/passkeys', { name: 'key', response })
  return authenticator
}

const usePasskey = async (
  house: House,
  browser: Browser,
  page: Page,
  authenticator: Authenticator,
): Promise<Page> => {
  const base = new URL(page.url).pathname
  const { fields } = formOf(page.html, `${base}/passkey`)
  const options = await (await browser.send(`${base}/passkey/options`, { method: 'POST' })).json()
  const credential = JSON.stringify(authenticator.get(options as never, house.url))
  return browser.submit(page, `${base}/passkey`, { ...fields, credential })
}

test.serial(
  'a stronger acr_values steps the session up; an equal or weaker one does not ask',
  async (t) => {
    const house = await shared()
    const person = personAt(house, 0)
    const authenticator = await withPasskey(house, person)
    const first = await logIn(house, house.rp, person, {
      params: { acr_values: otpAcr },
      consent: { remember: 'yes' },
    })
    t.is(first.claims.acr, otpAcr)
    const { browser, config } = first
    const equal = await push(config, house.rp, { acr_values: otpAcr })
    t.truthy((await browser.get(equal.url.href)).left, 'an equal one does not ask')

    const stronger = await push(config, house.rp, { acr_values: 'phr' })
    const page = await browser.get(stronger.url.href)
    t.is(page.left, undefined)
    t.true(page.html.indexOf('/passkey"') < page.html.indexOf('name="identifier"'), 'passkey first')
    const back = await usePasskey(house, browser, page, authenticator)
    const claims = (await redeem(config, stronger, back.left ?? new URL(house.url))).claims()
    t.is(claims?.acr, 'phr')
    t.deepEqual(claims?.amr, ['hwk', 'user', 'mfa'])
    t.is(claims?.sub, first.claims.sub)

    const weaker = await push(config, house.rp, { acr_values: otpAcr })
    const kept = await browser.get(weaker.url.href)
    t.is((await redeem(config, weaker, kept.left ?? new URL(house.url))).claims()?.acr, 'phr')
  },
)

test.serial('acr_values orders what is offered; an unknown one changes nothing', async (t) => {
  const house = await shared()
  const config = await discover(house, house.rp)
  const order = async (params: Record<string, string>) => {
    const { url } = await push(config, house.rp, params)
    const { html } = await aBrowser(house.url).get(url.href)
    return [...html.matchAll(/name="identifier"|data-passkey/g)].map(([found]) => found)
  }
  const [code, passkey] = ['name="identifier"', 'data-passkey']
  t.deepEqual(await order({}), [code, passkey])
  t.deepEqual(await order({ acr_values: `phr ${otpAcr}` }), [passkey, code])
  t.deepEqual(await order({ acr_values: 'urn:unknown' }), [code, passkey])
  t.deepEqual(await order({ claims: essential('phr') }), [passkey])
  t.deepEqual(await order({ claims: essential(otpAcr) }), [code])
})

test.serial('an essential acr that nobody offers is refused at once', async (t) => {
  const house = await shared()
  const config = await discover(house, house.rp)
  const { url } = await push(config, house.rp, { claims: essential('urn:unknown') })
  const page = await aBrowser(house.url).get(url.href)
  t.is(errorAt(page), 'unmet_authentication_requirements')
})

test.serial('an essential acr is not answered by a weaker way', async (t) => {
  const house = await shared()
  const config = await discover(house, house.rp)
  const browser = aBrowser(house.url)
  const { url } = await push(config, house.rp, { claims: essential('phr') })
  const page = await browser.get(url.href)
  const { fields, action } = formOf(page.html, '/cancel')
  const forced = await browser.send(action.replace('/cancel', ''), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: new URLSearchParams({ ...fields, identifier: personAt(house, 0).uin }).toString(),
  })
  t.is(((await forced.json()) as { code: string }).code, 'sign-in.factor-not-offered')
  t.is(errorAt(await browser.submit(page, '/cancel')), 'unmet_authentication_requirements')
})

test.serial('prompt, max_age and silent requests', async (t) => {
  const house = await shared()
  const person = personAt(house, 1)
  const first = await logIn(house, house.rp, person, { consent: { remember: 'yes' } })
  const { browser, config } = first
  const at = async (params: Record<string, string>, by = browser) => {
    const request = await push(config, house.rp, params)
    return by.get(request.url.href)
  }
  t.is(errorAt(await at({ prompt: 'none' }, aBrowser(house.url))), 'login_required')
  t.truthy((await at({ prompt: 'none' })).left?.searchParams.get('code'))
  t.is(errorAt(await at({ prompt: 'none', scope: 'openid email' })), 'consent_required')
  t.true((await at({ prompt: 'login' })).html.includes('name="identifier"'))
  t.true((await at({ max_age: '0' })).html.includes('name="identifier"'))
  const asked = await at({ prompt: 'consent' })
  t.true(asked.html.includes('/consent"'))
  t.truthy((await share(browser, asked)).left?.searchParams.get('code'))
})
