import { randomUUID } from 'node:crypto'
import test from 'ava'
import { SignJWT } from 'jose'
import type { PreAuthorizedCodes } from '#idp'
import { type PersonId, resolveIdentifier } from '#registry'
import { aRelyingParty, type House, type RelyingParty, withIdp } from '../support/idp.ts'

const grantType = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'
type Redeemed = Awaited<ReturnType<PreAuthorizedCodes['redeem']>>

/** The issuer's side of the door, as a table. */
const codes = (person: () => PersonId): PreAuthorizedCodes => ({
  redeem: async (code, txCode) => {
    const redeemed: Redeemed = {
      outcome: 'redeemed',
      person: person(),
      configurationIds: ['identity_sd_jwt', 'identity_ldp'],
    }
    if (code === 'plain') return txCode === undefined ? redeemed : { outcome: 'tx-code-unexpected' }
    if (code !== 'guarded') return { outcome: 'invalid' }
    if (txCode === undefined) return { outcome: 'tx-code-required' }
    return txCode === '1234' ? redeemed : { outcome: 'wrong-tx-code' }
  },
})

const token = async (house: House, form: Record<string, string>) => {
  const response = await fetch(`${house.url}/oidc/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: grantType, ...form }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, string> }
}

test('the pre-authorized code grant (OpenID4VCI 1.0 §6)', async (t) => {
  let person = '' as PersonId
  const house = await withIdp(t, { preAuthorizedCodes: codes(() => person) })
  person = (await resolveIdentifier(house.ctx, house.people[0]?.uin ?? ''))?.person ?? person

  for (const path of ['openid-configuration', 'oauth-authorization-server']) {
    const metadata = await (await fetch(`${house.url}/.well-known/${path}`)).json()
    const { grant_types_supported: grants, ...rest } = metadata as Record<string, string[]>
    t.true(grants?.includes(grantType), path)
    t.is(rest['pre-authorized_grant_anonymous_access_supported'] as unknown, true, path)
  }

  const plain = await token(house, { 'pre-authorized_code': 'plain' })
  t.is(plain.status, 200)
  t.is(plain.body.token_type, 'Bearer')
  t.is(Number(plain.body.expires_in), 600)
  t.false('id_token' in plain.body)
  const access = await house.idp.credentialAccess(`Bearer ${plain.body.access_token}`)
  t.is(access?.person, person)
  t.deepEqual(access?.configurationIds, ['identity_sd_jwt', 'identity_ldp'])
  t.not(access?.tokenId, plain.body.access_token)
  t.deepEqual(await house.idp.credentialAccess(`bearer ${plain.body.access_token}`), access)

  for (const other of [undefined, '', 'Bearer', 'Bearer x', `Basic ${plain.body.access_token}`]) {
    t.is(await house.idp.credentialAccess(other), undefined)
  }
  const userinfo = await fetch(`${house.url}/oidc/userinfo`, {
    headers: { authorization: `Bearer ${plain.body.access_token}` },
  })
  t.true([401, 403].includes(userinfo.status), 'a credential token reads no claims')

  const refusals: [Record<string, string>, string][] = [
    [{}, 'invalid_request'],
    [{ 'pre-authorized_code': 'nobody' }, 'invalid_grant'],
    [{ 'pre-authorized_code': 'guarded' }, 'invalid_request'],
    [{ 'pre-authorized_code': 'guarded', tx_code: '4321' }, 'invalid_grant'],
    [{ 'pre-authorized_code': 'plain', tx_code: '1' }, 'invalid_request'],
    [{ 'pre-authorized_code': 'plain', client_id: 'nobody' }, 'invalid_client'],
    [{ 'pre-authorized_code': 'plain', client_id: house.rp.id }, 'invalid_client'],
    [{ grant_type: 'authorization_code', code: 'x' }, 'invalid_request'],
  ]
  for (const [form, error] of refusals) {
    t.is((await token(house, form)).body.error, error, JSON.stringify(form))
  }
  t.is((await token(house, { 'pre-authorized_code': 'guarded', tx_code: '1234' })).status, 200)

  const wallet = await aRelyingParty(house.ctx, { redirect_uris: [], grant_types: [grantType] })
  const known = await token(house, {
    'pre-authorized_code': 'plain',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await assertion(house, wallet),
  })
  t.is(known.status, 200, JSON.stringify(known.body))
  const named = await house.idp.credentialAccess(`Bearer ${known.body.access_token}`)
  t.is(named?.clientId, wallet.id)

  const huge = await token(house, { 'pre-authorized_code': 'x'.repeat(100_000) })
  t.is(huge.body.error, 'invalid_request')
})

const assertion = (house: House, rp: RelyingParty): Promise<string> =>
  new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'ES256', kid: rp.kid })
    .setIssuer(rp.id)
    .setSubject(rp.id)
    .setAudience(house.url)
    .setIssuedAt()
    .setExpirationTime('1m')
    .sign(rp.key)
