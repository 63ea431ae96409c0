/** What people do on the pages, for tests and for the README's pictures. */
import type { Page } from 'playwright-core'
import { loadConfig } from '../../src/kernel/config/load.ts'
import { loadSandbox } from '../../src/kernel/config/sandbox.ts'

const sandbox = loadSandbox({
  config: loadConfig({ argv: ['--profile', 'demo', '--data', 'unused'], env: {} }),
})

/** The first person: has an e-mail address and a phone. */
export const layla = {
  uin: sandbox.persons[0]?.uin ?? '',
  vid: sandbox.persons[0]?.vids?.[0]?.vid ?? '',
  address: String(sandbox.persons[0]?.identity.email),
}

/** Reads Arabic. */
export const youssef = {
  number: sandbox.persons[1]?.uin ?? '',
  address: String(sandbox.persons[1]?.identity.email),
}

const CODE_MS = 10_000

/** The newest code that went to an address after `since`. */
export async function codeFor(page: Page, address: string, since: number): Promise<string> {
  const until = Date.now() + CODE_MS
  while (Date.now() < until) {
    const response = await page.request.get(`/sandbox/inbox?to=${encodeURIComponent(address)}`)
    const messages = (await response.json()) as { readonly text: string; readonly at: string }[]
    const code = messages
      .filter(({ at }) => Date.parse(at) >= since)
      .map(({ text }) => /\b\d{6}\b/.exec(text)?.[0])
      .find((found) => found !== undefined)
    if (code) return code
    await page.waitForTimeout(100)
  }
  throw new Error(`no code for ${address}`)
}

/** From the page that asks who you are to the page after the code. */
export async function signInByCode(
  page: Page,
  who: { readonly number: string; readonly address: string },
): Promise<void> {
  const since = Date.now() - 1000
  await page.fill('#identifier', who.number)
  await page.locator('form:has(#identifier) button').click()
  await page.waitForSelector('#code')
  await page.fill('#code', await codeFor(page, who.address, since))
  await page.locator('form:has(#code) button').click()
  await page.waitForSelector('main:not(:has(#code))')
}

export async function signInAsResident(page: Page, path = '/my-identity'): Promise<void> {
  await page.goto(path)
  await signInByCode(page, { number: layla.uin, address: layla.address })
}

export async function signInAsStaff(page: Page, id: string, path: string): Promise<void> {
  const password = sandbox.staff.find((member) => member.id === id)?.password ?? ''
  await page.goto(`/staff/sign-in?return=${encodeURIComponent(path)}`)
  await page.fill('#id', id)
  await page.fill('#password', password)
  await page.locator('form:has(#password) button').click()
  await page.waitForURL((url) => url.pathname === path)
}

export interface Applicant {
  readonly name: string
  readonly nameInArabic: string
  /** Day, month, year. */
  readonly born: readonly [string, string, string]
  readonly email: string
  readonly photo: Buffer
}

/** An operator's whole form; answers the RID of the receipt. */
export async function enrol(page: Page, who: Applicant): Promise<string> {
  await page.goto('/enrolment')
  await page.selectOption('#centre', { index: 1 })
  await page.locator('main form button').first().click()
  const submit = async () => {
    await page.locator('.enrolment__form button[type=submit]').first().click()
    await page.waitForLoadState()
  }
  await page.locator('[id^=fullName][lang=en]').fill(who.name)
  await page.locator('[id^=fullName][lang=ar]').fill(who.nameInArabic)
  await submit()
  for (const [index, part] of (['day', 'month', 'year'] as const).entries())
    await page.fill(`#dateOfBirth-${part}`, who.born[index] ?? '')
  await page.locator('[name=gender]').first().check()
  await submit()
  await page.locator('[id^=addressLine1][lang=en]').fill('12 Lighthouse Street')
  await page.selectOption('#region', { index: 1 })
  await page.selectOption('#city', { index: 1 })
  await submit()
  await page.fill('#email', who.email)
  await page.locator('[name=preferredLang]').first().check()
  await submit()
  await page.setInputFiles('#photo', {
    name: 'photograph.jpg',
    mimeType: 'image/jpeg',
    buffer: who.photo,
  })
  await page.locator('[data-upload]').click()
  await page.locator('button[value=continue]').click()
  await page.locator('#send').click()
  return (await page.locator('[data-rid]').getAttribute('data-rid')) ?? ''
}
