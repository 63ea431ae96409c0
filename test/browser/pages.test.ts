/** Every page in every language: accessible (axe), whole at 320 px, titled, in its direction. */
import { AxeBuilder } from '@axe-core/playwright'
import type { ExecutionContext } from 'ava'
import type { Page } from 'playwright-core'
import { browserTests, newVisitor } from '../support/chromium.ts'
import { aFace } from '../support/faces.ts'
import {
  enrol,
  layla,
  signInAsResident,
  signInAsStaff,
  signInByCode,
} from '../support/portal-steps.ts'

const { it, visited } = browserTests()
const languages = [
  { tag: 'en', dir: 'ltr' },
  { tag: 'fr', dir: 'ltr' },
  { tag: 'ar', dir: 'rtl' },
] as const

it('pages for everybody', async (t) => {
  const page = await newVisitor(t, visited())
  const paths = ['/', '/inbox', '/track', '/staff/sign-in', '/my-identity', '/no-such-page']
  for (const path of paths) await holds(t, page, path)
})

it('pages of a resident', async (t) => {
  const page = await newVisitor(t, visited())
  await signInAsResident(page)
  const sections = ['', '/record', '/numbers', '/passkeys', '/sharing', '/credentials', '/activity']
  for (const section of sections) await holds(t, page, `/my-identity${section}`)
  await page.goto('/my-identity/credentials?lang=en')
  await page.getByRole('button', { name: 'National ID', exact: true }).click()
  await holdsHere(t, page, 'ltr')
  await page.goto('/my-identity/activity')
  await page.locator('[data-receipt] summary').first().click()
  await holdsHere(t, page, 'ltr')
})

for (const { tag, dir } of languages) {
  it(`pages of a login at the bank: ${tag}`, async (t) => {
    const page = await newVisitor(t, visited(), { locale: tag })
    await page.goto(`/?lang=${tag}`)
    await page.locator('.landing-role a.govuk-button').nth(2).click()
    await page.goto(`${page.url()}?lang=${tag}`)
    await page.locator('form[action="/login"] button').click()
    await holdsHere(t, page, dir)
    await page.fill('#identifier', 'x')
    await page.locator('form:has(#identifier) button').click()
    await holdsHere(t, page, dir)
    await signInByCode(page, { number: layla.vid, address: layla.address })
    await holdsHere(t, page, dir)
  })
}

it('pages of operator and adjudicator', async (t) => {
  const operator = await newVisitor(t, visited())
  await signInAsStaff(operator, 'administrator-1', '/enrolment')
  const sides = ['Amel Toren', 'Amal Toren'].map((name, impression) => ({
    name,
    nameInArabic: 'أمل تورين',
    born: ['3', '9', '1979'] as const,
    email: `amel${impression}@example.org`,
    photo: aFace(2, impression).data,
  }))
  for (const who of sides) {
    const rid = await enrol(operator, who)
    await holdsHere(t, operator, 'ltr')
    await settled(operator, rid)
    await holdsHere(t, operator, 'ltr')
  }
  await holds(t, operator, '/enrolment')
  await holds(t, operator, '/adjudication')
  await operator.goto('/adjudication?lang=en')
  const href = await operator.locator('table a').first().getAttribute('href')
  await holds(t, operator, href ?? '')
  await operator.emulateMedia({ colorScheme: 'dark' })
  await holds(t, operator, href ?? '')
  await holds(t, operator, '/adjudication')
})

async function settled(page: Page, rid: string): Promise<void> {
  await page.goto('/track')
  await page.fill('#rid', rid)
  await page.locator('form:has(#rid) button').click()
  await page.locator('.plinth-panel--done, .plinth-panel--waiting').waitFor({ timeout: 60_000 })
}

async function holds(t: ExecutionContext, page: Page, path: string): Promise<void> {
  for (const { tag, dir } of languages) {
    await page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=${tag}`)
    t.is(await page.locator('html').getAttribute('lang'), tag, path)
    await holdsHere(t, page, dir)
  }
}

/** The page that is open; put back to a desktop's width. */
async function holdsHere(t: ExecutionContext, page: Page, dir: 'ltr' | 'rtl'): Promise<void> {
  const where = `${new URL(page.url()).pathname} ${dir}`
  t.is(await page.locator('html').getAttribute('dir'), dir, where)
  t.is(await page.locator('h1').count(), 1, `${where}: one heading`)
  t.regex(await page.title(), /\S+ – \S+/, where)
  const { violations } = await new AxeBuilder({ page })
    // One frame a page: no second page is needed to gather results.
    .setLegacyMode()
    .options({ resultTypes: ['violations'] })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze()
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join()}`)
  t.deepEqual(found, [], where)
  const wide = page.viewportSize()
  await page.setViewportSize({ width: 320, height: 640 })
  const beyond = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  t.true(beyond <= 0, `${where}: ${beyond} px beyond a screen of 320`)
  if (wide) await page.setViewportSize(wide)
}
