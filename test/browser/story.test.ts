/** The whole story, by a real browser: enrol, track, adjudicate, sign in, passkey, bank, consents, proof, credential. */
import type { CDPSession, Page } from 'playwright-core'
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
  await adjudicator.reload()
  t.is(await adjudicator.inputValue('#reason'), 'Same face, same birth date')
  await adjudicator.locator('h1').click()
  await adjudicator.keyboard.press('2')
  await adjudicator.getByRole('button', { name: 'Confirm the decision' }).click()
  await adjudicator.getByRole('button', { name: 'Undo this decision' }).click()
  t.regex(adjudicator.url(), /\/adjudication\/cases\//)
})

it('a bank: one-time code, consent, a passkey for transfers; then the traces of it', async (t) => {
  const page = await newVisitor(t, visited())
  await page.goto('/')
  await page.getByRole('button', { name: 'Try as the bank’s customer' }).click()
  const bank = new URL(page.url()).origin
  await page.locator('form[action="/login"] button').click()
  await signInByCode(page, { number: layla.vid, address: layla.address })
  await page.check('#remember')
  await page.locator('button[value=share]').click()
  await page.locator('form[action="/transfer"]').waitFor()
  t.regex(await page.locator('dl code').last().innerText(), /otp/)

  await withAuthenticator(page)
  await signInAsResident(page, '/my-identity/passkeys')
  await page.fill('#name', 'Test phone')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.waitForURL(/done=added/)
  t.true(await page.getByText('Test phone').first().isVisible())

  await page.goto(`${bank}/account`)
  await page.locator('form[action="/transfer"] button').click()
  await page.locator('.notice.good').waitFor()
  t.is(new URL(page.url()).origin, bank)
  t.regex(await page.locator('dl code').last().innerText(), /mfa/)

  await page.goto('/my-identity/sharing')
  await page.getByRole('heading', { name: 'Harbour Bank' }).waitFor()
  await page.getByRole('button', { name: 'Stop sharing' }).click()
  t.true(await page.getByText('No service keeps your permission').isVisible())

  await page.goto('/my-identity/activity')
  t.true(await page.getByText('You stopped sharing with Harbour Bank').isVisible())
  t.true(
    await page
      .getByText(/^Harbour Bank was told your details/)
      .first()
      .isVisible(),
  )
  const proof = page.locator('[data-receipt]').last()
  await proof.locator('summary').click()
  await proof.getByRole('button').click()
  await proof.locator('[data-receipt-verdict][data-state=good]').waitFor()
})

it('conditional sign-in: the browser offers the passkey by itself', async (t) => {
  const page = await newVisitor(t, visited())
  const authenticator = await withAuthenticator(page)
  await signInAsResident(page, '/my-identity/passkeys')
  await page.fill('#name', 'Second phone')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.waitForURL(/done=added/)
  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.goto('/my-identity')
  await page.waitForURL(/\/my-identity$/)
  await page.goto('/my-identity/activity')
  t.true(await page.getByText('You signed in to “My identity” with a passkey').first().isVisible())
  await authenticator.detach()
})

it('a virtual number, the number in full, and a credential offer', async (t) => {
  const page = await newVisitor(t, visited())
  await signInAsResident(page, '/my-identity/numbers')
  await page.getByLabel('One-time number').check()
  await page.getByRole('button', { name: 'Make this number' }).click()
  await page.getByText('Your new number is ready.').waitFor()
  await page.getByRole('button', { name: 'End it' }).last().click()
  await page.getByText('The number has ended.').waitFor()

  await page.goto('/my-identity/record')
  await page.getByRole('button', { name: 'Show the whole number' }).click()
  t.is((await page.locator('#uin').innerText()).replace(/\s/gu, ''), layla.uin)

  await page.goto('/my-identity/credentials')
  await page.getByRole('button', { name: 'National ID', exact: true }).click()
  const link = page.getByRole('button', { name: 'Open in the wallet' })
  t.regex((await link.getAttribute('href')) ?? '', /^openid-credential-offer:/)
  t.true(await page.getByRole('img', { name: 'QR code of the offer' }).isVisible())

  await page.goto('/my-identity/activity')
  t.true(await page.getByText('You looked at your details: number in full').isVisible())
  t.true(await page.getByText('You asked for a credential: National ID').isVisible())
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
