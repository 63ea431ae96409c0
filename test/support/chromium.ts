/** A real browser (Debian's Chromium through playwright-core) on a house of its own, in the demo profile. */
import test, { type ExecutionContext, type TestFn } from 'ava'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { executablePath, type Visited, visitHouse } from './visit-house.ts'

/** One house and one browser for a test file; both end with it. Where Chromium is absent its tests are skipped, unless REQUIRE_ENGINES=1. */
export const browserTests = (): { readonly it: TestFn; visited(): Visited } => {
  if (executablePath === undefined && process.env.REQUIRE_ENGINES !== '1') {
    console.log('skipped: no Chromium on this machine (/usr/bin/chromium)')
    return { it: test.skip as unknown as TestFn, visited: () => never() }
  }
  let visited: Visited | undefined
  test.before(async () => {
    visited = await visitHouse()
  })
  test.after.always(async () => {
    await visited?.browser.close()
    await visited?.house.stop()
  })
  return { it: test.serial as unknown as TestFn, visited: () => visited ?? never() }
}

/** A fresh visitor: no cookies. Script errors and refused resources (a policy that is too strict) fail the test. */
export async function newVisitor(
  t: ExecutionContext,
  { house, browser }: Visited,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ baseURL: house.url, locale: 'en', ...options })
  t.teardown(() => context.close())
  const page = await context.newPage()
  page.on('pageerror', (error) => t.fail(`script error on ${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    if (/Content Security Policy|Refused to/.test(message.text())) t.fail(message.text())
  })
  return page
}

const never = (): never => {
  throw new Error('no browser')
}
