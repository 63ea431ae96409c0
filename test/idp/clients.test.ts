import test from 'ava'
import { exportJWK, generateKeyPair } from 'jose'
import * as client from 'openid-client'
import { transaction } from '#kernel/db/db.ts'
import { publish } from '#kernel/outbox/outbox.ts'
import { type PersonId, resolveIdentifier } from '#registry'
import { aBrowser } from '../support/browser.ts'
import {
  aRelyingParty,
  discover,
  type House,
  logIn,
  push,
  redeem,
  type SandboxPerson,
  share,
  sharedIdp,
  signInByCode,
} from '../support/idp.ts'

const shared = sharedIdp()
const personAt = (house: House, index: number): SandboxPerson => {
  const person = house.people[index]
  if (!person) throw new Error('the sandbox has too few people')
  return person
}

test.serial('userinfo is signed, and encrypted for a client that wants it', async (t) => {
  const house = await shared()
  const { privateKey, publicKey } = await generateKeyPair('ECDH-ES', { extractable: true })
  const encryption = { ...(await exportJWK(publicKey)), kid: 'enc-1', use: 'enc', alg: 'ECDH-ES' }
  const plainRp = await aRelyingParty(house.ctx)
  const { tokens } = await logIn(house, plainRp, personAt(house, 0))
  const raw = await fetch(`${house.url}/oidc/userinfo`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  t.true(raw.headers.get('content-type')?.startsWith('application/jwt'))
  t.is((await raw.text()).split('.').length, 3)

  const keys = (x: object[]) => ({ jwks: { keys: x as never[] } })
  const signing = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  const jwk = { ...(await exportJWK(signing.publicKey)), kid: 's-1', alg: 'ES256', use: 'sig' }
  const rp = await aRelyingParty(house.ctx, {
    ...keys([jwk, encryption]),
    userinfo_encrypted_response_alg: 'ECDH-ES',
  })
  const mine = { ...rp, key: signing.privateKey, kid: 's-1' }
  const config = await discover(house, mine)
  client.enableDecryptingResponses(config, ['A256GCM'], { key: privateKey, kid: 'enc-1' })
  const browser = aBrowser(house.url)
  const request = await push(config, mine)
  const page = await signInByCode(house, browser, request.url.href, personAt(house, 0))
  const { left } = await share(browser, page)
  const given = await redeem(config, request, left ?? new URL(house.url))
  const info = await client.fetchUserInfo(config, given.access_token, given.claims()?.sub ?? '')
  t.is(info.name, personAt(house, 0).name)
})

test.serial('a DPoP-bound token needs its key, and a fresh proof', async (t) => {
  const house = await shared()
  const rp = await aRelyingParty(house.ctx, { dpop_bound_access_tokens: true })
  const config = await discover(house, rp)
  const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
  const browser = aBrowser(house.url)
  const request = await push(config, rp)
  const page = await signInByCode(house, browser, request.url.href, personAt(house, 1))
  const { left } = await share(browser, page)
  const tokens = await client.authorizationCodeGrant(
    config,
    left ?? new URL(house.url),
    {
      pkceCodeVerifier: request.verifier,
      expectedState: request.state,
      expectedNonce: request.nonce,
      idTokenExpected: true,
    },
    undefined,
    { DPoP },
  )
  t.is(tokens.token_type, 'dpop')
  const sub = tokens.claims()?.sub ?? ''
  const info = await client.fetchUserInfo(config, tokens.access_token, sub, { DPoP })
  t.is(info.name, personAt(house, 1).name)
  const bearer = await fetch(`${house.url}/oidc/userinfo`, {
    headers: { authorization: `Bearer ${tokens.access_token}` },
  })
  t.is(bearer.status, 401)
})

test.serial('more clients than the engine keeps, each with a rotated key', async (t) => {
  const house = await shared()
  const count = 120
  const parties = []
  for (let index = 0; index < count; index++) parties.push(await aRelyingParty(house.ctx))
  for (const rp of parties) t.truthy((await push(await discover(house, rp), rp)).url)
  for (const rp of parties.slice(0, 10)) {
    const { id, redirectUri } = rp
    const renewed = await aRelyingParty(house.ctx, { client_id: id, redirect_uris: [redirectUri] })
    const now = { ...renewed, id, redirectUri }
    t.truthy((await push(await discover(house, now), now)).url)
    await t.throwsAsync(push(await discover(house, rp), rp), undefined, 'the old key is refused')
  }
})

test.serial('who is deactivated keeps no token', async (t) => {
  const house = await shared()
  const person = personAt(house, 2)
  const { tokens, config, claims } = await logIn(house, house.rp, person)
  t.truthy(await client.fetchUserInfo(config, tokens.access_token, claims.sub))
  const id = (await resolveIdentifier(house.ctx, person.uin))?.person as PersonId
  await transaction(house.ctx, (tx) =>
    publish(house.ctx, tx, 'identity.deactivated', id, { person: id }),
  )
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`${house.url}/oidc/userinfo`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    })
    if (answer.status === 401) return t.pass()
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  t.fail('the token still works')
})

test.serial('the session id changes when somebody signs in', async (t) => {
  const house = await shared()
  const { browser, config } = await logIn(house, house.rp, personAt(house, 0))
  const before = browser.cookies.get('plinth_op|/oidc')?.value
  t.truthy(before)
  const request = await push(config, house.rp, { prompt: 'login' })
  const page = await signInByCode(house, browser, request.url.href, personAt(house, 0))
  await share(browser, page)
  t.not(browser.cookies.get('plinth_op|/oidc')?.value, before)
})
