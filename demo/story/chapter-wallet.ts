import type { Resident } from './chapter-enrolment.ts'
import { expect, type Step } from './checks.ts'
import { codePattern, received } from './inbox.ts'
import { linkOf, newVisitor, type Page, textOf, type Visitor } from './visitor.ts'
import { collect, statusOf, verifySdJwt } from './wallet.ts'

/** "My identity", a credential in a wallet, and its end. Answers the visitor, signed in. */
export async function wallet(url: string, step: Step, resident: Resident): Promise<Visitor> {
  const visitor = newVisitor()
  await step('the resident signs in to "my identity" with a one-time code', async () => {
    const sent = new Date()
    const form = await visitor.open(`${url}/my-identity`)
    const asked = await visitor.submit(form, '/sign-in', { identifier: resident.vid })
    const code = await received(url, resident.email, codePattern, sent)
    const home = await visitor.submit(asked, '/code', { code })
    expect(home.url.startsWith(`${url}/my-identity`), `arrived at ${new URL(home.url).pathname}`)
  })
  const sdJwt = await step('a wallet collects the credential as SD-JWT VC', () =>
    collectFrom(url, visitor, resident, /sd-jwt/),
  )
  const claims = await step('its signature, disclosures and holder key verify', async () => {
    expect(typeof sdJwt === 'string', 'not a compact SD-JWT')
    const verified = await verifySdJwt(url, sdJwt)
    expect(verified.iss === url && verified.cnf !== undefined, 'not bound to the wallet')
    return verified
  })
  await step('the published status list says it is valid', async () => {
    expect((await statusOf(url, claims)) === 0, 'it is revoked')
  })
  await step('another wallet collects the same claims as a W3C credential', async () => {
    const credential = await collectFrom(url, visitor, resident, /ldp/)
    expect(typeof credential === 'object' && 'proof' in credential, 'no Data Integrity proof')
  })
  await step('the resident revokes it; the published list shows it', async () => {
    const page = await visitor.open(`${url}/my-identity/credentials`)
    await visitor.submit(sdJwtRow(page), '/credentials/revoke')
    expect((await statusOf(url, claims)) === 1, 'still valid')
  })
  return visitor
}

async function collectFrom(url: string, visitor: Visitor, resident: Resident, kind: RegExp) {
  const page = await visitor.open(`${url}/my-identity/credentials`)
  const ids = [...page.html.matchAll(/name="configuration" value="([^"]+)"/g)].map(([, id]) => id)
  const configuration = ids.find((id) => id !== undefined && kind.test(id))
  expect(configuration !== undefined, `offered: ${ids.join(', ')}`)
  const sent = new Date()
  const offer = await visitor.submit(page, '/credentials/offer', { configuration })
  const uri = linkOf(offer, 'openid-credential-offer:')
  const txCode = await received(url, resident.email, codePattern, sent)
  return (await collect(uri, txCode)).credential
}

/** The page with the forms of the SD-JWT alone: each credential has a form of its own. */
function sdJwtRow(page: Page): Page {
  const items = page.html.match(/<li class="plinth-card">.*?<\/li>/gs) ?? []
  const mine = items.find((item) => item.includes('dc+sd-jwt'))
  expect(mine !== undefined, `no such credential: ${textOf(page).slice(0, 200)}`)
  return { ...page, html: mine }
}
