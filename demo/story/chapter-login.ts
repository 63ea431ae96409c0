import type { Resident } from './chapter-enrolment.ts'
import { expect, type Step } from './checks.ts'
import { codePattern, received } from './inbox.ts'
import { linkOf, newVisitor, type Page, textOf, type Visitor } from './visitor.ts'

/** "Log in with your national ID" at a bank that knows nothing of our code. */
export async function login(url: string, step: Step, resident: Resident): Promise<void> {
  const visitor = newVisitor()
  const bank = await step('the landing page leads to Harbour Bank', async () => {
    const landing = await visitor.open(url)
    return new URL(linkOf(landing, `http://localhost:${Number(new URL(url).port) + 1}`)).href
  })
  const asked = await step(
    'the bank pushes its request; the login page says who asks',
    async () => {
      const page = await visitor.submit(await visitor.open(bank), '/login')
      expect(page.url.startsWith(`${url}/login/`), `arrived at ${new URL(page.url).pathname}`)
      expect(textOf(page).includes('Harbour Bank'), 'the page does not name the bank')
      return page
    },
  )
  await step('a number that nobody has gets the same page', async () => {
    const stranger = newVisitor()
    const form = await stranger.submit(await stranger.open(bank), '/login')
    const page = await stranger.submit(form, '/login/', { identifier: '2619730692837461' })
    expect(/code/i.test(textOf(page)), 'another page')
  })
  const consent = await step('a wrong code is refused, the right one goes on', async () => {
    const sent = new Date()
    const form = await visitor.submit(asked, '/login/', { identifier: resident.vid })
    const code = await received(url, resident.email, codePattern, sent)
    const wrong = await visitor.submit(form, '/code', { code: code === '000000' ? '1' : '000000' })
    expect(wrong.url.startsWith(`${url}/login/`) && !/balance/i.test(wrong.html), 'let in')
    return visitor.submit(wrong, '/code', { code })
  })
  const account = await step('consent shows what the bank will learn, and no number', async () => {
    expect(
      textOf(consent).includes('Amina Diallo'),
      `my own values are not shown: ${textOf(consent).slice(0, 400)}`,
    )
    return share(visitor, consent)
  })
  await step('the bank has the signed claims and its own subject', () => {
    const text = textOf(account)
    expect(text.includes('Amina Diallo'), 'no name')
    expect(text.includes('mosip:idp:acr:generated-code'), 'no true acr')
    expect(!text.includes(resident.vid), 'the bank learned the number')
  })
  await step('remembered: the next login asks nothing', async () => {
    await visitor.submit(account, '/logout')
    const home = await visitor.open(bank)
    const page = await visitor.submit(home, '/login')
    expect(textOf(page).includes('Amina Diallo'), `arrived at ${new URL(page.url).pathname}`)
  })
}

const share = (visitor: Visitor, consent: Page): Promise<Page> => {
  const boxes = [...consent.html.matchAll(/name="(share\.[^"]+)"/g)].map(([, name = '']) => name)
  const fields = Object.fromEntries(boxes.map((name) => [name, 'yes']))
  return visitor.submit(consent, '/consent', { ...fields, remember: 'yes', decision: 'share' })
}
