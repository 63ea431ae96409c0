/** What every page must hold: accessible (axe), whole at 320 px, titled, in its direction. */
import { AxeBuilder } from '@axe-core/playwright'
import type { ExecutionContext } from 'ava'
import type { Page } from 'playwright-core'

export const pageLanguages = [
  { tag: 'en', dir: 'ltr' },
  { tag: 'fr', dir: 'ltr' },
  { tag: 'ar', dir: 'rtl' },
] as const

/** The page that is open; put back to a desktop's width. */
export async function holdsHere(
  t: ExecutionContext,
  page: Page,
  dir: 'ltr' | 'rtl',
): Promise<void> {
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
  // Nothing can be typed that would be refused for its length, and lost with the page.
  const typed = ':is(input[type=text], input[type=email], input[type=tel], input[type=password])'
  const endless = page.locator(`main ${typed}:not([maxlength]), main textarea:not([maxlength])`)
  t.is(await endless.count(), 0, `${where}: fields without a maxlength`)
  const wide = page.viewportSize()
  await page.setViewportSize({ width: 320, height: 640 })
  const beyond = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
  t.true(beyond <= 0, `${where}: ${beyond} px beyond a screen of 320`)
  if (wide) await page.setViewportSize(wide)
}
