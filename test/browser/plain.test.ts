/** Without a mouse, without scripts, on paper, enlarged: the same services. */
import type { Page, Request } from 'playwright-core'
import { browserTests, newVisitor } from '../support/chromium.ts'
import { aFace } from '../support/faces.ts'
import {
  codeFor,
  enrol,
  layla,
  signInAsResident,
  signInAsStaff,
  signInByCode,
} from '../support/portal-steps.ts'

const { it, visited } = browserTests()

it('by keyboard alone: skip link, sign-in, a number made and ended', async (t) => {
  const page = await newVisitor(t, visited())
  await page.goto('/my-identity')
  await page.keyboard.press('Tab')
  t.is(await focused(page), 'Skip to the main content')
  await page.keyboard.press('Enter')
  await tabTo(page, '#identifier')
  t.regex(await outline(page), /solid 3px|3px solid/)
  const since = Date.now() - 1000
  await page.keyboard.type(layla.uin)
  await page.keyboard.press('Enter')
  await page.waitForSelector('#code')
  await tabTo(page, '#code')
  await page.keyboard.type(await codeFor(page, layla.address, since))
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/my-identity$/)
  await tabTo(page, 'a[href="/my-identity/numbers"]')
  await page.keyboard.press('Enter')
  await page.waitForURL(/numbers$/)
  await tabTo(page, '#type')
  await page.keyboard.press('Space')
  await page.keyboard.press('ArrowUp')
  await tabTo(page, 'form[action$="/numbers"] button')
  await page.keyboard.press('Enter')
  await page.getByText('Your new number is ready.').waitFor()
  await tabTo(page, 'form[action$="/revoke"] button')
  await page.keyboard.press('Enter')
  await page.getByText('The number has ended.').waitFor()
  t.pass()
})

it('after an error the keyboard stands at the summary, and leads to the field', async (t) => {
  const page = await newVisitor(t, visited())
  await page.goto('/track')
  await page.locator('form:has(#rid) button').click()
  await page.locator('.govuk-error-summary').waitFor()
  t.true(await page.locator('.govuk-error-summary').evaluate((e) => e === document.activeElement))
  await page.locator('.govuk-error-summary a').click()
  t.is(await page.evaluate(() => document.activeElement?.id), 'rid')
})

it('without scripts: sign-in, numbers, consent at the bank, enrolment', async (t) => {
  const page = await newVisitor(t, visited(), { javaScriptEnabled: false })
  await signInAsResident(page, '/my-identity/numbers')
  await page.getByLabel('Temporary number').check()
  await page.getByRole('button', { name: 'Make this number' }).click()
  t.true(await page.getByText('Your new number is ready.').isVisible())
  await page.goto('/my-identity/activity')
  await page.locator('[data-receipt] summary').last().click()
  t.true(await page.getByRole('link', { name: 'Download the receipt' }).last().isVisible())

  await page.goto('/')
  await page.getByRole('button', { name: 'Try as the bank’s customer' }).click()
  await page.locator('form[action="/login"] button').click()
  await signInByCode(page, { number: layla.vid, address: layla.address })
  await page.locator('button[value=share]').click()
  t.true(await page.locator('form[action="/transfer"]').isVisible())

  await signInAsStaff(page, 'operator-1', '/enrolment')
  const rid = await enrol(page, {
    name: 'Ines Valcourt',
    nameInArabic: 'إيناس فالكور',
    born: ['7', '1', '2001'],
    email: 'ines@example.org',
    photo: aFace(3).data,
  })
  t.regex(rid, /^[0-9A-Z]{16}$/)
})

it('printed: what was asked for, without the controls', async (t) => {
  const page = await newVisitor(t, visited())
  await signInAsResident(page, '/my-identity/record')
  await page.emulateMedia({ media: 'print' })
  t.true(await page.getByRole('heading', { name: 'My record' }).isVisible())
  t.false(await page.locator('.plinth-header__languages').isVisible())
  t.false(await page.locator('.govuk-back-link').isVisible())
  t.false(await page.locator('main .govuk-button').first().isVisible())
})

it('enlarged four times, nothing runs out of the page', async (t) => {
  const page = await newVisitor(t, visited(), { viewport: { width: 320, height: 256 } })
  await signInAsResident(page)
  for (const path of ['/', '/my-identity', '/my-identity/activity', '/my-identity/record']) {
    await page.goto(path)
    const beyond = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    )
    t.is(beyond, 0, path)
  }
})

it('the first view weighs 30 kB at most, fonts aside; later ones far less', async (t) => {
  const page = await newVisitor(t, visited())
  const bytes = await weight(page, '/my-identity')
  t.log(`first view ${(bytes / 1024).toFixed(1)} kB`)
  t.true(bytes <= 30 * 1024)
  const again = await weight(page, '/track')
  t.log(`second page ${(again / 1024).toFixed(1)} kB`)
  t.true(again < 12 * 1024)
})

/** Bytes over the wire: headers and bodies as sent, without fonts. */
async function weight(page: Page, path: string): Promise<number> {
  let bytes = 0
  const sizes: Promise<void>[] = []
  const listener = (request: Request) => {
    if (/\.woff2$/.test(request.url())) return
    sizes.push(
      request.sizes().then((size) => {
        // What comes from the cache is told as -1.
        bytes += Math.max(0, size.responseBodySize)
      }),
    )
  }
  page.on('requestfinished', listener)
  await page.goto(path, { waitUntil: 'networkidle' })
  await Promise.all(sizes)
  page.off('requestfinished', listener)
  return bytes
}

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => document.activeElement?.textContent?.trim() ?? '')
const outline = (page: Page): Promise<string> =>
  page.evaluate(() => getComputedStyle(document.activeElement ?? document.body).outline)

const TABS_MAX = 60
async function tabTo(page: Page, selector: string): Promise<void> {
  for (let tabs = 0; tabs < TABS_MAX; tabs++) {
    const there = await page.evaluate(
      (wanted) => document.activeElement?.matches(wanted) ?? false,
      selector,
    )
    if (there) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${selector} can not be reached by keyboard`)
}
