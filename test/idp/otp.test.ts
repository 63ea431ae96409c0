import test from 'ava'
import { entriesOf } from '#kernel/audit/audit.ts'
import { rows } from '#kernel/db/db.ts'
import { resolveIdentifier } from '#registry'
import { allowTry } from '../../src/idp/authentication/limits.ts'
import { aBrowser, type Browser, formOf, type Page } from '../support/browser.ts'
import { type House, type SandboxPerson, sharedIdp, withIdp } from '../support/idp.ts'

const shared = sharedIdp()
const unknownUin = '999999999999'

const personAt = (house: House, index: number): SandboxPerson => {
  const person = house.people[index]
  if (!person) throw new Error('the sandbox has too few people')
  return person
}
const begin = async (house: House, identifier: string) => {
  const browser = aBrowser(house.url)
  const page = await browser.get('/sign-in')
  return { browser, page: await browser.submit(page, '/sign-in', { identifier }) }
}
const enter = (browser: Browser, page: Page, code: string): Promise<Page> =>
  browser.submit(page, '/sign-in/code', { code })
const wrongFor = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
const problemOf = (page: Page): string | null => page.headers.get('x-problem')
const kindsOf = async (house: House, person: SandboxPerson): Promise<string[]> => {
  const found = await resolveIdentifier(house.ctx, person.uin)
  const entries = await entriesOf(house.ctx, found?.person ?? '', { limit: 50 })
  return entries.map(({ kind, content }) => `${kind} ${content.outcome ?? ''}`.trim())
}

test('the right code, by UIN or VID, blanks allowed', async (t) => {
  const house = await shared()
  const person = personAt(house, 0)
  for (const number of [person.uin, `${person.vid.slice(0, 4)} ${person.vid.slice(4)}`]) {
    const { browser, page } = await begin(house, number)
    const code = await house.codeFor(person)
    t.regex(code, /^\d{6}$/)
    const entered = await enter(browser, page, `${code.slice(0, 3)} ${code.slice(3)}`)
    t.is(entered.url, `${house.url}/my-identity`)
  }
  t.true((await kindsOf(house, person)).includes('authentication.succeeded'))
  t.true((await kindsOf(house, person)).includes('authentication.code-sent'))
})

test('a wrong code, then the right one', async (t) => {
  const house = await shared()
  const person = personAt(house, 1)
  const { browser, page } = await begin(house, person.uin)
  const code = await house.codeFor(person)
  const refused = await enter(browser, page, wrongFor(code))
  t.is(refused.status, 400)
  t.is(problemOf(refused), 'otp.wrong')
  t.is((await enter(browser, refused, code)).url, `${house.url}/my-identity`)
  t.true((await kindsOf(house, person)).includes('authentication.failed wrong'))
})

test('the sixth try is refused even when it is right, and leaves one leaf', async (t) => {
  const house = await shared()
  const person = personAt(house, 2)
  const { browser, page } = await begin(house, person.uin)
  const code = await house.codeFor(person)
  for (let tries = 1; tries <= 5; tries++) {
    t.is(problemOf(await enter(browser, page, wrongFor(code))), 'otp.wrong', `try ${tries}`)
  }
  for (let tries = 6; tries <= 7; tries++) {
    const locked = await enter(browser, page, code)
    t.is(locked.status, 429)
    t.is(problemOf(locked), 'otp.locked')
  }
  const kinds = await kindsOf(house, person)
  t.is(kinds.filter((kind) => kind === 'authentication.locked').length, 1)
})

test('guesses made at once are all counted', async (t) => {
  const house = await shared()
  const person = personAt(house, 3)
  const { browser, page } = await begin(house, person.uin)
  const code = await house.codeFor(person)
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => enter(browser, page, wrongFor(code))),
  )
  t.is(answers.filter((answer) => problemOf(answer) === 'otp.wrong').length, 5)
  t.is(answers.filter((answer) => problemOf(answer) === 'otp.locked').length, 15)
})

test('the right code eight times at once opens one session', async (t) => {
  const house = await shared()
  const person = personAt(house, 4)
  const { page, browser } = await begin(house, person.uin)
  const code = await house.codeFor(person)
  const { action, fields } = formOf(page.html, '/sign-in/code')
  const cookie = [...browser.cookies]
    .map(([key, { value }]) => `${key.split('|')[0]}=${value}`)
    .join('; ')
  const send = () =>
    fetch(`${house.url}${action}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie, accept: 'application/json' },
      body: new URLSearchParams({ ...fields, code }),
    })
  const answers = await Promise.all(Array.from({ length: 5 }, send))
  t.is(answers.filter(({ status }) => status === 303).length, 1)
  for (const answer of answers.filter(({ status }) => status !== 303)) {
    t.is(((await answer.json()) as { code: string }).code, 'otp.spent')
  }
})

test('a code that is too old', async (t) => {
  let now = Date.now()
  const house = await withIdp(t, { now: () => new Date(now) })
  const person = personAt(house, 0)
  const { browser, page } = await begin(house, person.uin)
  const code = await house.codeFor(person)
  now += 4 * 60_000 + 1000
  const late = await enter(browser, page, code)
  t.is(late.status, 400)
  t.is(problemOf(late), 'otp.expired')
})

test('a code works in the sign-in it was asked for, and in no other', async (t) => {
  const house = await shared()
  const person = personAt(house, 5)
  const one = await begin(house, person.uin)
  const code = await house.codeFor(person)
  const two = await begin(house, person.uin)
  t.is(problemOf(await enter(two.browser, two.page, code)), 'otp.wrong')
  t.is((await enter(one.browser, one.page, code)).url, `${house.url}/my-identity`)
})

test('three codes in one sign-in, not four', async (t) => {
  const house = await shared()
  const person = personAt(house, 6)
  const { browser, page } = await begin(house, person.uin)
  await house.codeFor(person)
  let last = page
  for (let sends = 2; sends <= 3; sends++) {
    last = await browser.submit(last, '/sign-in/again')
    t.is(last.status, 200)
    await house.codeFor(person)
  }
  const refused = await browser.submit(last, '/sign-in/again')
  t.is(refused.status, 429)
  t.is(problemOf(refused), 'otp.too-many-sent')
})

test('a form of another sign-in is refused', async (t) => {
  const house = await shared()
  const one = await begin(house, unknownUin)
  const two = await begin(house, unknownUin)
  const { fields } = formOf(two.page.html, '/sign-in/code')
  const forged = await one.browser.submit(one.page, '/sign-in/code', { ...fields, code: '000000' })
  t.is(forged.status, 403)
})

test('nobody’s number gets the page, the words and the time of somebody’s', async (t) => {
  const house = await withIdp(t)
  const person = personAt(house, 0)
  const sentSoFar = async () => (await rows(house.ctx.db, 'SELECT id FROM outbox')).length
  const sentBefore = await sentSoFar()
  const strip = (page: Page) => page.html.replaceAll(/value="[\w-]{43}"/g, '')
  const times: Record<string, number[]> = { known: [], unknown: [] }
  const pages: Record<string, string> = {}
  for (let round = 0; round < 9; round++) {
    for (const [name, number] of [
      ['known', person.uin],
      ['unknown', unknownUin],
    ] as const) {
      const started = performance.now()
      const { browser, page } = await begin(house, number)
      times[name]?.push(performance.now() - started)
      pages[name] = strip(page)
      const before = performance.now()
      const wrong = await enter(browser, page, 'abcdef')
      times[name]?.push(performance.now() - before)
      t.is(problemOf(wrong), 'otp.wrong', name)
    }
  }
  t.is(pages.known, pages.unknown)
  const [known, unknown] = [median(times.known ?? []), median(times.unknown ?? [])]
  // both are held to the same multiple of 100 ms; a tenth of it is the noise of a busy machine
  t.true(Math.abs(known - unknown) < 60, `known ${known} ms, unknown ${unknown} ms`)
  t.true((await sentSoFar()) - sentBefore <= 9 * 2, 'nothing goes out for a number of nobody’s')
})

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

test('a number that was guessed at too often, in whichever sign-ins, takes no code that day', async (t) => {
  const house = await withIdp(t)
  const person = personAt(house, 3)
  const { browser, page } = await begin(house, person.uin)
  const code = await house.codeFor(person)
  while (await allowTry(house.ctx, person.uin));
  t.is(problemOf(await enter(browser, page, code)), 'otp.locked')
  t.true((await kindsOf(house, person)).includes('authentication.locked'))
})
