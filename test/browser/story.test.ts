/** The whole story, by a real browser: enrol, track, adjudicate, sign in, passkey, bank, consents, proof, credential. */
import type { CDPSession, Page } from 'playwright-core'
import { browserTests, newVisitor } from '../support/chromium.ts'
import { aFace } from '../support/faces.ts'
import { enrol, signInAsResident, signInAsStaff } from '../support/portal-steps.ts'

const { it, visited } = browserTests()

const applicant = {
  name: 'Salma Ferrand',
  nameInArabic: 'سلمى فيران',
  born: ['12', '5', '1988'],
  email: 'salma.ferrand@example.org',
  photo: aFace(1).data,
} as const

it('a person is enrolled, tracked, doubted, decided upon, and the decision is taken back', async (t) => {
  const operator = await newVisitor(t, visited())
  await signInAsStaff(operator, 'operator-1', '/enrolment')
  const rid = await enrol(operator, applicant)
  await tracked(operator, rid, '.plinth-panel--done')

  const twin = await enrol(operator, {
    ...applicant,
    name: 'Selma Ferrand',
    email: 'selma@example.org',
    photo: aFace(1, 1).data,
  })
  await tracked(operator, twin, '.plinth-panel--waiting')

  const adjudicator = await newVisitor(t, visited())
  await signInAsStaff(adjudicator, 'adjudicator-1', '/adjudication')
  await adjudicator.locator('table a').first().click()
  t.is(await adjudicator.locator('img[data-zoom-picture]').count(), 2)
  t.true(
    (await adjudicator.locator('.plinth-badge--waiting').allTextContents()).includes('Differs'),
  )

  await adjudicator.getByRole('button', { name: 'Confirm the decision' }).click()
  t.regex(await adjudicator.title(), /^Error:/)
  await adjudicator.keyboard.press('Escape')
  await adjudicator.locator('h1').click()
  await adjudicator.keyboard.press('2')
  t.true(await adjudicator.locator('[value=duplicate]').isChecked())
  await adjudicator.keyboard.type('Same face, same birth date')
  await adjudicator.getByRole('button', { name: 'Confirm the decision' }).click()
  await adjudicator.getByRole('button', { name: 'Undo this decision' }).click()
  t.regex(adjudicator.url(), /\/adjudication\/cases\//)
})

it('a passkey is added, logs in at the bank by itself, and the proof holds in the browser', async (t) => {
  const page = await newVisitor(t, visited())
  await withAuthenticator(page)
  await signInAsResident(page, '/my-identity/passkeys')
  await page.fill('#name', 'Test phone')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.waitForURL(/done=added/)
  t.true(await page.getByText('Test phone').first().isVisible())

  await page.goto('/')
  await page.getByRole('button', { name: 'Try as the bank’s customer' }).click()
  const bank = new URL(page.url()).origin
  await page.locator('form[action="/login"] button').click()
  await page.locator('button[value=share]').click()
  t.is(new URL(page.url()).origin, bank)
  t.true(await page.getByText('swk').isVisible())

  await page.goto('/my-identity/activity')
  await page
    .getByText(/Harbour Bank was told/)
    .first()
    .waitFor()
  const proof = page.locator('[data-receipt]').first()
  await proof.locator('summary').click()
  await proof.getByRole('button').click()
  await proof.locator('[data-receipt-verdict][data-state=good]').waitFor()
})

async function tracked(page: Page, rid: string, panel: string): Promise<void> {
  await page.goto('/track')
  await page.fill('#rid', rid)
  await page.locator('form:has(#rid) button').click()
  await page.locator(panel).waitFor({ timeout: 60_000 })
}

/** WebAuthn's own automation: a platform authenticator that says yes (WebAuthn Level 3 §11). */
async function withAuthenticator(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page)
  await session.send('WebAuthn.enable')
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  return session
}
