/** Every page in every language: accessible (axe), whole at 320 px, titled, in its direction. */
import type { ExecutionContext } from 'ava'
import type { Page } from 'playwright-core'
import { browserTests, newVisitor } from '../support/chromium.ts'
import { aFace } from '../support/faces.ts'
import { holdsHere, pageLanguages } from '../support/page-checks.ts'
import { enrol, signInAsResident, signInAsStaff } from '../support/portal-steps.ts'

const { it, visited } = browserTests()

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
  for (const { tag, dir } of pageLanguages) {
    await page.goto(`${path}${path.includes('?') ? '&' : '?'}lang=${tag}`)
    t.is(await page.locator('html').getAttribute('lang'), tag, path)
    await holdsHere(t, page, dir)
  }
}
