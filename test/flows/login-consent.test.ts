import test from 'ava'
import * as client from 'openid-client'
import { entriesOf } from '#kernel/audit/audit.ts'
import { resolveIdentifier } from '#registry'
import { aBrowser, type Page } from '../support/browser.ts'
import {
  aRelyingParty,
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
const personAt = (house: House, index: number): SandboxPerson => {
  const person = house.people[index]
  if (!person) throw new Error('the sandbox has too few people')
  return person
}
const idOf = async (house: House, person: SandboxPerson) => {
  const found = await resolveIdentifier(house.ctx, person.uin)
  if (!found) throw new Error('nobody')
  return found.person
}
const claims = (request: object): { claims: string; scope: string } => ({
  scope: 'openid',
  claims: JSON.stringify(request),
})
const errorAt = (page: Page): string | null => page.left?.searchParams.get('error') ?? null

test.serial('what is turned off is not shared; what is essential is', async (t) => {
  const house = await shared()
  const person = personAt(house, 0)
  const params = claims({ userinfo: { name: { essential: true }, birthdate: null, email: null } })
  const { userinfo } = await logIn(house, house.rp, person, {
    params,
    consent: { 'share.birthdate': 'no', 'share.name': 'no' },
  })
  t.is(userinfo.name, person.name)
  t.is(userinfo.email, person.address)
  t.false('birthdate' in userinfo)
})

test.serial('a spelling is a claim of its own: name#ar', async (t) => {
  const house = await shared()
  const person = personAt(house, 0)
  const params = claims({ userinfo: { name: { essential: true }, 'name#ar': null } })
  const { userinfo } = await logIn(house, house.rp, person, {
    params,
    consent: { 'share.name#ar': 'yes' },
  })
  t.is(userinfo.name, person.name)
  t.regex(String(userinfo['name#ar']), /^[\u0600-\u06ff ]+$/)
})

test.serial('nothing optional is shared by itself; the page shows what would be', async (t) => {
  const house = await shared()
  const person = personAt(house, 0)
  const browser = aBrowser(house.url)
  const config = await discover(house, house.rp)
  const params = claims({ userinfo: { name: { essential: true }, email: null } })
  const request = await push(config, house.rp, params)
  const { url } = await signInByCode(house, browser, request.url.href, person)
  const page = await browser.get(`${url.replace(/\/code$/, '')}?lang=ar`)
  t.notRegex(page.html, / checked/)
  t.true(page.html.includes(person.address))
  const { left } = await browser.submit(page, '/consent', { decision: 'share' })
  const given = await redeem(config, request, left ?? new URL(house.url))
  const info = await client.fetchUserInfo(config, given.access_token, given.claims()?.sub ?? '')
  t.true(page.html.includes(`<bdi>${info.name}</bdi>`))
  t.false('email' in info)
})

test.serial('the consent page shows who asks, my values, and needs no script', async (t) => {
  const house = await shared()
  const person = personAt(house, 0)
  const browser = aBrowser(house.url)
  const request = await push(await discover(house, house.rp), house.rp)
  const page = await signInByCode(house, browser, request.url.href, person)
  t.true(page.html.includes(person.name))
  t.true(page.html.includes(house.rp.id))
  t.regex(
    page.headers.get('content-security-policy') ?? '',
    new RegExp(`form-action 'self' https://${house.rp.id}`),
  )
})

test.serial(
  'a remembered consent is not asked for again, a wider request is, a revoked one is',
  async (t) => {
    const house = await shared()
    const person = personAt(house, 1)
    const rp = await aRelyingParty(house.ctx)
    const first = await logIn(house, rp, person, { consent: { remember: 'yes' } })
    const again = await push(first.config, rp)
    const back = await first.browser.get(again.url.href)
    t.truthy(back.left, 'straight back, by the session and the remembered consent')
    const tokens = await redeem(first.config, again, back.left ?? new URL(house.url))
    const elsewhere = await push(first.config, rp)
    const direct = await signInByCode(house, aBrowser(house.url), elsewhere.url.href, person)
    t.truthy(direct.left, 'another browser asks who it is, not what to share')
    const wider = await push(first.config, rp, { scope: 'openid profile email' })
    t.is((await first.browser.get(wider.url.href)).left, undefined)

    const id = await idOf(house, person)
    const consents = await house.idp.consentsOf(id)
    const consent = consents.find((candidate) => candidate.client.id === rp.id)
    t.is(consent?.client.name, `Relying party ${rp.id}`)
    t.true(consent?.claims.includes('name'))
    t.false(await house.idp.revokeConsent(await idOf(house, personAt(house, 2)), consent?.id ?? ''))
    t.true(await house.idp.revokeConsent(id, consent?.id ?? ''))
    t.false(await house.idp.revokeConsent(id, consent?.id ?? ''))
    await t.throwsAsync(client.fetchUserInfo(first.config, tokens.access_token, first.claims.sub))
    const after = await push(first.config, rp)
    t.is((await first.browser.get(after.url.href)).left, undefined)
    const kinds = (await entriesOf(house.ctx, id, { limit: 50 })).map(({ kind }) => kind)
    for (const kind of [
      'consent.given',
      'consent.revoked',
      'identity.read',
      'authentication.succeeded',
    ]) {
      t.true(kinds.includes(kind), kind)
    }
  },
)

test.serial('a consent given once is asked for again', async (t) => {
  const house = await shared()
  const first = await logIn(house, house.rp, personAt(house, 2))
  const again = await push(first.config, house.rp)
  const page = await first.browser.get(again.url.href)
  t.is(page.left, undefined)
  const shared2 = await share(first.browser, page)
  t.truthy(shared2.left?.searchParams.get('code'))
})

test.serial('cancelling and refusing go back with access_denied', async (t) => {
  const house = await shared()
  const config = await discover(house, house.rp)
  const browser = aBrowser(house.url)
  const start = await browser.get((await push(config, house.rp)).url.href)
  t.is(errorAt(await browser.submit(start, '/cancel')), 'access_denied')
  const other = aBrowser(house.url)
  const { url } = await push(config, house.rp)
  const page = await signInByCode(house, other, url.href, personAt(house, 3))
  t.is(errorAt(await other.submit(page, '/consent', { decision: 'refuse' })), 'access_denied')
  const person = await idOf(house, personAt(house, 3))
  t.true(
    (await entriesOf(house.ctx, person, { limit: 5 })).some(
      ({ kind }) => kind === 'consent.refused',
    ),
  )
})

test.serial('each client its own sub, the same however the person came', async (t) => {
  const house = await shared()
  const person = personAt(house, 4)
  const one = await logIn(house, house.rp, person)
  const byVid = await logIn(house, house.rp, { ...person, uin: person.vid })
  const other = await logIn(house, await aRelyingParty(house.ctx), person)
  t.is(one.claims.sub, byVid.claims.sub)
  t.not(one.claims.sub, other.claims.sub)
  t.regex(one.claims.sub, /^\d{36}$/)
})

test.serial('a client gets no claim that it is not allowed', async (t) => {
  const house = await shared()
  const rp = await aRelyingParty(house.ctx, { allowed_claims: ['name'] })
  const params = {
    ...claims({ userinfo: { birthdate: { essential: true } } }),
    scope: 'openid profile',
  }
  const { userinfo } = await logIn(house, rp, personAt(house, 5), { params })
  t.false('birthdate' in userinfo)
  t.false('gender' in userinfo)
  t.is(userinfo.name, personAt(house, 5).name)
})

test.serial('ui_locales chooses the language, a choice on the page beats it', async (t) => {
  const house = await shared()
  const config = await discover(house, house.rp)
  for (const [wish, lang] of [
    ['ar', 'ar'],
    ['fr-CA en', 'fr'],
    ['xx', 'en'],
  ] as const) {
    const { url } = await push(config, house.rp, { ui_locales: wish })
    t.is(langOf((await aBrowser(house.url).get(url.href)).html), lang)
  }
  const browser = aBrowser(house.url)
  const page = await browser.get((await push(config, house.rp, { ui_locales: 'ar' })).url.href)
  t.is(langOf((await browser.get(`${page.url}?lang=fr`)).html), 'fr')
  t.is(langOf((await browser.get(page.url)).html), 'fr')
})

test.serial('logging out ends the session', async (t) => {
  const house = await shared()
  const rp = await aRelyingParty(house.ctx, {
    post_logout_redirect_uris: ['https://bye.example/'],
  })
  const { browser, config, tokens } = await logIn(house, rp, personAt(house, 0))
  const url = client.buildEndSessionUrl(config, {
    id_token_hint: tokens.id_token ?? '',
    post_logout_redirect_uri: 'https://bye.example/',
  })
  const page = await browser.get(url.href)
  t.regex(
    page.headers.get('content-security-policy') ?? '',
    /form-action 'self' https:\/\/bye\.example/,
  )
  const left = await browser.submit(page, '/oidc/logout/confirm', { logout: 'yes' })
  t.is(left.left?.origin, 'https://bye.example')
  const silent = await push(config, rp, { prompt: 'none' })
  t.is(errorAt(await browser.get(silent.url.href)), 'login_required')
})

const langOf = (html: string): string | undefined => /<html lang="([^"]+)"/.exec(html)?.[1]
