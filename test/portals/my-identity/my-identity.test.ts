import test from 'ava'
import { receiptFor } from '../../../src/kernel/audit/audit.ts'
import type { Page } from '../../support/browser.ts'
import { type OpenHouse, signInResident, withHouse } from '../../support/house.ts'

const withResident = async (t: Parameters<typeof withHouse>[0]) => {
  const house = await withHouse(t)
  const browser = house.visitor()
  await signInResident(house, browser)
  return { house, browser }
}
const sections = ['', '/record', '/numbers', '/passkeys', '/sharing', '/credentials', '/activity']
const acts = [
  '/record/number',
  '/numbers',
  '/numbers/revoke',
  '/passkeys/remove',
  '/sharing/stop',
  '/credentials/offer',
  '/credentials/revoke',
]

test('a stranger is led to sign in and back, and can do nothing', async (t) => {
  const house = await withHouse(t)
  const stranger = house.visitor()
  for (const section of sections) {
    const reply = await stranger.send(`/my-identity${section}`)
    t.is(reply.status, 303, section)
    t.regex(reply.headers.get('location') ?? '', /^\/sign-in\?return=%2Fmy-identity/, section)
  }
  for (const act of acts) {
    const reply = await stranger.send(
      `/my-identity${act}`,
      post(house, 'csrf=x&id=x&vid=x&configuration=x'),
    )
    t.regex(reply.headers.get('location') ?? '', /^\/sign-in/, act)
  }
  const receipt = await stranger.send('/my-identity/entries/x/receipt')
  t.is(receipt.status, 303)
})

test('a form of another session, or without its token, changes nothing', async (t) => {
  const { house, browser } = await withResident(t)
  for (const act of acts) {
    for (const csrf of ['', 'x', 'A'.repeat(43)]) {
      const reply = await browser.send(
        `/my-identity${act}`,
        post(house, `csrf=${csrf}&id=x&vid=x&configuration=x&type=Temporary`),
      )
      t.is(reply.status, 403, act)
    }
  }
  const elsewhere = await browser.send('/my-identity/numbers', {
    ...post(house, 'csrf=x'),
    headers: { origin: 'https://elsewhere.example', 'content-type': form },
  })
  t.is(elsewhere.status, 403)
})

test('numbers: made, listed, ended; a type that does not exist is told beside the form', async (t) => {
  const { browser } = await withResident(t)
  const page = await browser.get('/my-identity/numbers')
  const made = await browser.submit(page, '/my-identity/numbers', { type: 'OneTimeUse' })
  t.regex(made.html, /Your new number is ready/)
  const ended = await browser.submit(made, '/numbers/revoke')
  t.regex(ended.html, /The number has ended/)
  const wrong = await browser.submit(ended, '/my-identity/numbers', { type: 'Golden' })
  t.is(wrong.status, 409)
  t.regex(wrong.html, /<title>Error:/)
})

test('the number in full is shown on request only, each time with a trace', async (t) => {
  const { house, browser } = await withResident(t)
  const uin = house.sandbox.persons[0]?.uin ?? ''
  const record = await browser.get('/my-identity/record')
  t.false(digits(record.html).includes(uin))
  const shown = await browser.submit(record, '/record/number')
  t.true(digits(shown.html).includes(uin))
  t.true(digits((await browser.get('/my-identity/record/number')).html).includes(uin) === false)
  const activity = await browser.get('/my-identity/activity')
  t.regex(activity.html, /You looked at your details: .*number in full/)
  t.regex(activity.html, /You looked at your whole record/)
})

test('reading who used my identity is not itself an entry; a record viewed twice is two', async (t) => {
  const { browser } = await withResident(t)
  const count = (page: Page) => page.html.match(/class="my-entry /g)?.length ?? 0
  const before = count(await browser.get('/my-identity/activity'))
  t.is(count(await browser.get('/my-identity/activity')), before)
  t.true(count(await browser.get('/my-identity')) <= 3)
  t.is(count(await browser.get('/my-identity/activity')), before)
  await browser.get('/my-identity/record')
  await browser.get('/my-identity/record')
  t.is(count(await browser.get('/my-identity/activity')), before + 2)
})

test('pages of twenty, older ones behind a link', async (t) => {
  const { browser } = await withResident(t)
  for (let view = 0; view < 22; view++) await browser.get('/my-identity/record')
  const first = await browser.get('/my-identity/activity')
  t.is(first.html.match(/class="my-entry /g)?.length, 20)
  const older = /href="(\/my-identity\/activity\?before=[^"]+)"/.exec(first.html)?.[1] ?? ''
  const second = await browser.get(older)
  t.regex(second.html, /You were given your number/)
  t.regex(second.html, /Back to the newest/)
})

test('a receipt is only for the person whom it concerns', async (t) => {
  const { house, browser } = await withResident(t)
  await browser.get('/my-identity/record')
  const id = await firstReceipt(browser)
  const own = await browser.send(`/my-identity/entries/${id}/receipt`)
  t.is(own.status, 200)
  t.regex(String(((await own.json()) as { checkpoint: string }).checkpoint), /\n— /)
  t.is(await receiptFor(house.ctx, 'somebody-else', id), undefined)
  const none = await browser.send('/my-identity/entries/none/receipt')
  t.is(none.status, 404)
})

test('an offer: what to do, where the code goes, and no address of its own', async (t) => {
  const { browser } = await withResident(t)
  const page = await browser.get('/my-identity/credentials')
  t.regex(page.html, /You have no credential yet/)
  const offer = await browser.submit(page, '/credentials/offer')
  t.regex(offer.html, /href="openid-credential-offer:\/\//)
  t.regex(offer.html, /src="data:image\/svg\+xml;base64,/)
  t.regex(offer.html, /Type the \d digits that we have just sent you/)
  t.regex((await browser.get('/my-identity/credentials/offer')).url, /\/my-identity\/credentials$/)
})

const form = 'application/x-www-form-urlencoded'
const post = (house: OpenHouse, body: string): RequestInit => ({
  method: 'POST',
  headers: { origin: house.url, 'content-type': form },
  body,
})
const digits = (html: string): string => html.replace(/[\s\u00a0]/g, '')

/** The newest entries are numbered within a second. */
async function firstReceipt(browser: Awaited<ReturnType<typeof withResident>>['browser']) {
  for (let tries = 0; tries < 100; tries++) {
    const { html } = await browser.get('/my-identity/activity')
    const id = /data-receipt="\/my-identity\/entries\/([^/"]+)\/receipt"/.exec(html)?.[1]
    if (id) return id
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('nothing was numbered')
}
