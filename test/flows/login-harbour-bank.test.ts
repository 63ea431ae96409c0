import { generateKeyPairSync } from 'node:crypto'
import test from 'ava'
import type { JWK } from 'jose'
import { registerClient } from '#idp'
import { startHarbourBank } from '../../demo/harbour-bank/app.ts'
import { aBrowser, type Page } from '../support/browser.ts'
import { share, signInByCode, withIdp } from '../support/idp.ts'

test('Harbour Bank opens an account with what was shared', async (t) => {
  const house = await withIdp(t)
  const [person] = house.people
  if (!person) return t.fail()
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk: JWK = { ...(privateKey.export({ format: 'jwk' }) as JWK), kid: 'hb-1', alg: 'ES256' }
  const bank = await startHarbourBank({
    issuerUrl: house.url,
    clientId: 'harbour-test',
    privateJwk: jwk,
    port: 0,
  })
  t.teardown(() => bank.stop())
  const { d: _, ...publicJwk } = jwk
  await registerClient(house.ctx, {
    client_id: 'harbour-test',
    client_name: 'Harbour Bank',
    domain: 'harbour-bank.example',
    redirect_uris: [`${bank.url}/callback`],
    post_logout_redirect_uris: [`${bank.url}/`],
    jwks: { keys: [{ ...publicJwk, kty: 'EC', kid: 'hb-1' }] },
  })
  const customer = aBrowser(bank.url)
  const resident = aBrowser(house.url)
  const atBank = (page: Page): Promise<Page> => {
    if (!page.left) throw new Error(`not back at the bank: ${page.html.slice(0, 500)}`)
    return customer.get(page.left.href)
  }

  const home = await customer.get('/?lang=fr')
  t.true(home.html.includes('Se connecter avec son identité nationale'))
  const departed = await customer.submit(home, '/login')
  const asked = await signInByCode(house, resident, departed.left?.href ?? '', person)
  t.true(asked.html.includes('Harbour Bank'))
  const account = await atBank(await share(resident, asked))
  t.true(account.html.includes(person.name))
  t.true(account.html.includes('mosip:idp:acr:generated-code'))
  t.false(account.html.includes(person.uin))

  const transfer = await customer.submit(account, '/transfer')
  const strong = await resident.get(transfer.left?.href ?? '')
  t.false(strong.html.includes('name="identifier"'), 'money asks for a passkey')
  const refused = await atBank(await resident.submit(strong, '/cancel'))
  t.true(refused.html.includes('clé d’accès'))
  t.true(refused.html.includes(person.name), 'still signed in')

  const leaving = await customer.submit(refused, '/logout')
  const logout = await resident.get(leaving.left?.href ?? '')
  const home2 = await atBank(await resident.submit(logout, '/confirm', { logout: 'yes' }))
  t.false(home2.html.includes(person.name))
  const forged = await customer.send('/callback?code=x&state=y')
  t.is(forged.headers.get('location'), '/')
})
