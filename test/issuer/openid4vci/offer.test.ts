import test from 'ava'
import { entriesOf } from '#kernel/audit/audit.ts'
import { Problem } from '#kernel/problems.ts'
import type { PersonId } from '#registry'
import { type RunningIssuer, system, withIssuer } from '../../support/issuer.ts'

const grant = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'
interface CredentialOffer {
  readonly credential_issuer: string
  readonly credential_configuration_ids: readonly string[]
  readonly grants: Readonly<
    Record<
      string,
      {
        readonly 'pre-authorized_code': string
        readonly tx_code: Readonly<Record<string, unknown>>
      }
    >
  >
}
const parameterOf = (uri: string, name: string): string => new URL(uri).searchParams.get(name) ?? ''
const codeOf = (offer: CredentialOffer): string =>
  offer.grants[grant]?.['pre-authorized_code'] ?? ''
const txCodeFrom = async (running: RunningIssuer): Promise<string> =>
  /\b\d{6}\b/.exec((await running.message(running.email)).text)?.[0] ?? ''
const problemOf = async (act: Promise<unknown>): Promise<string> => {
  try {
    await act
  } catch (error) {
    if (error instanceof Problem) return error.code
    throw error
  }
  return 'none'
}

test('an offer by reference: fetched by the wallet, redeemed once, gone', async (t) => {
  const running = await withIssuer(t)
  const { issuer, person, url } = running
  const made = await issuer.offer(person, ['national-id-sd-jwt'], system)
  const reference = parameterOf(made.uri, 'credential_offer_uri')
  t.true(made.uri.startsWith('openid-credential-offer://?'))
  t.true(reference.startsWith(`${url}/credentials/offers/`))
  t.true(made.qrSvg.startsWith('<svg'))
  t.is(made.txCode.length, 6)
  const response = await fetch(reference)
  t.is(response.headers.get('cache-control'), 'no-store')
  const offer = (await response.json()) as CredentialOffer
  t.like(offer, { credential_issuer: url, credential_configuration_ids: ['national-id-sd-jwt'] })
  t.deepEqual(offer.grants[grant]?.tx_code, {
    input_mode: 'numeric',
    length: 6,
    description: 'Type the code that we sent you by message',
  })
  t.is((await fetch(reference)).status, 200, 'a wallet may look twice')
  const txCode = await txCodeFrom(running)
  const redeemed = await issuer.redeem(codeOf(offer), txCode)
  t.like(redeemed, { outcome: 'redeemed', person, configurationIds: ['national-id-sd-jwt'] })
  t.is((await issuer.redeem(codeOf(offer), txCode)).outcome, 'invalid')
  t.is((await fetch(reference)).status, 404)
})

test('an offer is shown five times at most', async (t) => {
  const { issuer, person } = await withIssuer(t)
  const { uri } = await issuer.offer(person, ['national-id-sd-jwt'], system)
  const reference = parameterOf(uri, 'credential_offer_uri')
  const answers = await Promise.all(Array.from({ length: 8 }, () => fetch(reference)))
  t.is(answers.filter(({ status }) => status === 200).length, 5)
  t.is((await fetch(reference)).status, 404)
})

test('an offer by value carries the same object', async (t) => {
  const running = await withIssuer(t)
  const { issuer, person } = running
  const ids = ['national-id-sd-jwt', 'national-id-ldp']
  const made = await issuer.offer(person, ids, system, { by: 'value' })
  const offer = JSON.parse(parameterOf(made.uri, 'credential_offer')) as CredentialOffer
  t.deepEqual(offer.credential_configuration_ids, ids)
  t.is((await issuer.redeem(codeOf(offer), await txCodeFrom(running))).outcome, 'redeemed')
})

test('neither link nor QR code nor offer holds anything of the person', async (t) => {
  const running = await withIssuer(t)
  const made = await running.issuer.offer(running.person, ['national-id-sd-jwt'], system)
  const offer = await (await fetch(parameterOf(made.uri, 'credential_offer_uri'))).text()
  for (const text of [made.uri, made.qrSvg, offer]) {
    t.false(text.includes(running.person))
    t.false(text.includes(await txCodeFrom(running)))
    t.false(/Layla|Mansour|@example/.test(text))
  }
  const [leaf] = await entriesOf(running.ctx, running.person, { limit: 1 })
  t.is(leaf?.kind, 'credential-offer.made')
})

test('offers that can not be made', async (t) => {
  let now = Date.now()
  const { issuer, person, url } = await withIssuer(t, { now: () => new Date(now) })
  const unknown = 'offer.unknown-configuration'
  t.is(await problemOf(issuer.offer(person, [], system)), unknown)
  t.is(await problemOf(issuer.offer(person, ['nothing'], system)), unknown)
  const nobody = 'ffffffff-0000-4000-8000-000000000000' as PersonId
  const refused = await problemOf(issuer.offer(nobody, ['national-id-ldp'], system))
  t.is(refused, 'offer.person-not-active')
  for (const guess of ['x'.repeat(22), 'short', '../../etc'])
    t.true([400, 404].includes((await fetch(`${url}/credentials/offers/${guess}`)).status))
  const made = await issuer.offer(person, ['national-id-ldp'], system)
  now += 10 * 60_000 + 1
  t.is((await fetch(parameterOf(made.uri, 'credential_offer_uri'))).status, 404)
})
