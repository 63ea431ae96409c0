/** `node scripts/screenshots.ts`: the README's pictures, from a running demo. Each stays under 150 kB. */
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { aFace } from '../test/support/faces.ts'
import {
  enrol,
  layla,
  signInAsResident,
  signInAsStaff,
  signInByCode,
  youssef,
} from '../test/support/portal-steps.ts'
import { visitHouse } from '../test/support/visit-house.ts'

const folder = join(import.meta.dirname, '..', 'docs', 'images')
const BYTES_MAX = 150 * 1024

mkdirSync(folder, { recursive: true })
const { house, browser } = await visitHouse()
try {
  const context = await browser.newContext({
    baseURL: house.url,
    locale: 'en',
    viewport: { width: 1200, height: 860 },
  })
  const page = await context.newPage()

  await page.goto('/')
  await take(page, 'landing.png')

  await page.getByRole('button', { name: 'Try as the bank’s customer' }).click()
  await page.locator('form[action="/login"] button').click()
  await signInByCode(page, { number: layla.vid, address: layla.address })
  await take(page, 'consent.png')
  await page.locator('button[value=share]').click()
  await page.locator('form[action="/transfer"]').waitFor()

  await signInAsStaff(page, 'administrator-1', '/enrolment')
  for (const [impression, name] of ['Amel Toren', 'Amal Toren'].entries()) {
    await enrol(page, {
      name,
      nameInArabic: 'أمل تورين',
      born: ['3', '9', '1979'],
      email: `amel${impression}@example.org`,
      photo: aFace(2, impression).data,
    })
    await page.locator('a[href^="/track"]').first().click()
    await page.locator('.plinth-panel--done, .plinth-panel--waiting').waitFor({ timeout: 60_000 })
  }
  await page.goto('/adjudication')
  await page.locator('table a').first().click()
  await take(page, 'adjudication.jpg')

  await signInAsResident(page, '/my-identity')
  await page.goto('/my-identity/activity')
  const told = page.locator('.my-entry', { hasText: 'Harbour Bank was told' }).first()
  await told.locator('summary').click()
  await told.locator('[data-receipt] button').click()
  await told.locator('[data-receipt-verdict][data-state=good]').waitFor()
  await told.evaluate((entry) => entry.scrollIntoView({ block: 'center' }))
  await take(page, 'activity.png')

  // A resident whose own language is Arabic.
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.goto('/my-identity')
  await signInByCode(page, youssef)
  await page.goto('/inbox?lang=ar')
  await page.locator('.inbox__people a').nth(1).click()
  await take(page, 'inbox-arabic.png')
} finally {
  await browser.close()
  await house.stop()
}

/** PNG; JPEG where the page shows photographs, whose grain PNG cannot shorten. */
async function take(of: Page, file: string): Promise<void> {
  await of.evaluate(() => document.fonts.ready)
  const path = join(folder, file)
  await of.screenshot(file.endsWith('.jpg') ? { path, type: 'jpeg', quality: 82 } : { path })
  const { size } = statSync(path)
  if (size > BYTES_MAX) throw new Error(`${file} has ${size} bytes`)
  console.log(`${file} ${(size / 1024).toFixed(0)} kB`)
}
