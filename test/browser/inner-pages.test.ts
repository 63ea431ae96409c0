/** Pages that only a form leads to, with their errors, in each language: a login at the bank, an enrolment step by step. */
import type { Page } from 'playwright-core'
import { browserTests, newVisitor } from '../support/chromium.ts'
import { aFace } from '../support/faces.ts'
import { holdsHere, pageLanguages } from '../support/page-checks.ts'
import { layla, signInAsStaff, signInByCode } from '../support/portal-steps.ts'

const { it, visited } = browserTests()

for (const { tag, dir } of pageLanguages) {
  it(`a login at the bank: ${tag}`, async (t) => {
    const page = await newVisitor(t, visited(), { locale: tag })
    await page.goto(`/?lang=${tag}`)
    await page.locator('.landing-role a.govuk-button').nth(2).click()
    await page.goto(`${page.url()}?lang=${tag}`)
    await holdsHere(t, page, dir)
    await page.locator('form[action="/login"] button').click()
    await holdsHere(t, page, dir)
    await page.fill('#identifier', 'x')
    await page.locator('form:has(#identifier) button').click()
    await holdsHere(t, page, dir)
    await signInByCode(page, { number: layla.vid, address: layla.address })
    t.is(await page.locator('[name^="share."]:checked').count(), 0)
    await holdsHere(t, page, dir)
    await page.locator('button[value=share]').click()
    await page.locator('form[action="/transfer"]').waitFor()
    await holdsHere(t, page, dir)
    await page.locator('form[action="/transfer"] button').click()
    t.true(await page.locator('a[href="/my-identity/passkeys"]').isVisible())
    await holdsHere(t, page, dir)
    await page.locator('form[action$="/cancel"] button').click()
    await page.locator('.notice').waitFor()
    await holdsHere(t, page, dir)
  })

  it(`an enrolment, each step wrong and right: ${tag}`, async (t) => {
    const page = await newVisitor(t, visited(), { locale: tag })
    await signInAsStaff(page, 'operator-1', '/enrolment')
    const begin = page.locator('main form button').first()
    await begin.click()
    t.is(await page.locator('#centre-error').count(), 1)
    await holdsHere(t, page, dir)
    await page.selectOption('#centre', '10002')
    await begin.click()
    const next = () => page.locator('.enrolment__form button[type=submit]').first().click()
    const wrong = async () => {
      await next()
      await page.locator('.govuk-error-summary').waitFor()
      await holdsHere(t, page, dir)
    }
    await wrong()
    await page.locator('[id^=fullName][lang=en]').fill('Noor Ilmari')
    await next()
    await page.fill('#dateOfBirth-day', '31')
    await page.fill('#dateOfBirth-month', '2')
    await wrong()
    for (const [part, text] of Object.entries({ day: '1', month: '2', year: '1999' }))
      await page.fill(`#dateOfBirth-${part}`, text)
    await page.locator('[name=gender]').first().check()
    await next()
    await page.selectOption('#region', { index: 1 })
    await holdsHere(t, page, dir)
    await next()
    await wrong()
    await page.fill('#email', 'noor@example.org')
    await next()
    await page.locator('[data-upload]').click()
    await page.locator('.govuk-error-summary').waitFor()
    await holdsHere(t, page, dir)
    await staysHere(page)
    await page.goto(`${page.url().split('?')[0]}?lang=${tag}`)
    await page.setInputFiles('#photo', {
      name: 'photograph.jpg',
      mimeType: 'image/jpeg',
      buffer: aFace(3).data,
    })
    await page.locator('[data-upload]').click()
    await page.locator('[data-box]').waitFor()
    await holdsHere(t, page, dir)
    await page.locator('button[value=continue]').click()
    await page.locator('#send').waitFor()
    await holdsHere(t, page, dir)
  })
}

it('another language keeps the page, also where a form was refused; another account is offered', async (t) => {
  const page = await newVisitor(t, visited())
  await page.goto('/enrolment?lang=fr')
  await page.locator('html[lang=fr]').waitFor()
  await page.locator('form:has(#password) button').click()
  await staysHere(page)
  t.is(new URL(page.url()).searchParams.get('return'), '/enrolment')
  await signInAsStaff(page, 'operator-1', '/enrolment')
  await page.goto('/adjudication?lang=en')
  await holdsHere(t, page, 'ltr')
  await page.locator('main a[href^="/staff/sign-in"]').click()
  t.is(await page.locator('#password').count(), 1)
})

/** To every other language and back, by the links of the header. */
async function staysHere(page: Page): Promise<void> {
  const heading = () => page.locator('main h1').innerText()
  const [tag, before] = [await page.locator('html').getAttribute('lang'), await heading()]
  for (const other of [...pageLanguages.map((language) => language.tag), tag]) {
    const link = page.locator(`a[hreflang="${other}"]`)
    if ((await link.count()) === 0) continue
    await link.click()
    await page.locator(`html[lang="${other}"]`).waitFor()
  }
  const after = await heading()
  if (after !== before) throw new Error(`"${before}" became "${after}"`)
}
