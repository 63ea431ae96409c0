import type { ExecutionContext } from 'ava'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { entriesOf } from '#kernel/audit/audit.ts'
import { rows, transaction } from '#kernel/db/db.ts'
import { publish } from '#kernel/outbox/outbox.ts'
import { newHolder, type ProofParts, proofOf } from '../../support/holder.ts'
import { type RunningIssuer, system, withIssuer } from '../../support/issuer.ts'
import { testOn } from '../../support/servers.ts'
import { statusAt } from '../../support/status-list.ts'
import { until } from '../../support/until.ts'

const sdJwt = 'national-id-sd-jwt'
const ldp = 'national-id-ldp'

interface CredentialAnswer {
  readonly credentials: { readonly credential: string & Record<string, Record<string, string>> }[]
  readonly notification_id: string
}
const answerOf = async (response: Response) => (await response.json()) as CredentialAnswer
const errorOf = async (response: Response): Promise<string> =>
  `${response.status} ${((await response.json()) as { error: string }).error}`

const aProof = async (running: RunningIssuer, change: ProofParts = {}, nonce?: string) =>
  proofOf(
    await newHolder(),
    {
      aud: running.url,
      iat: Math.floor(Date.now() / 1000),
      nonce: nonce ?? (await running.nonce()),
    },
    change,
  )
const requestOf = (proofs: readonly string[], id = sdJwt) => ({
  credential_configuration_id: id,
  proofs: { jwt: proofs },
})
const endpoint = '/credentials/credential'
const issued = async (running: RunningIssuer, id = sdJwt) =>
  answerOf(await running.post(endpoint, running.token(), requestOf([await aProof(running)], id)))
const statusOf = (credential: string) =>
  decodeJwt<{ status: { status_list: { idx: number; uri: string } } }>(
    credential.split('~')[0] ?? '',
  ).status.status_list

for (const engine of ['sqlite', 'mariadb'] as const) {
  const test = testOn(engine)

  test(`${engine}: a proof brings an SD-JWT VC, one leaf, one read, one notice`, async (t) => {
    const running = await withIssuer(t, { engine })
    const { credentials, notification_id } = await issued(running)
    t.is(credentials.length, 1)
    const credential = credentials[0]?.credential ?? ''
    t.is(decodeProtectedHeader(credential.split('~')[0] ?? '').typ, 'dc+sd-jwt')
    t.is(decodeJwt(credential.split('~')[0] ?? '').iss, running.url)
    const kinds = (await entriesOf(running.ctx, running.person, { limit: 20 })).map((e) => e.kind)
    t.is(kinds.filter((kind) => kind === 'credential.issued').length, 1)
    t.is(kinds.filter((kind) => kind === 'identity.read').length, 1)
    const [view] = await running.issuer.credentialsOf(running.person)
    t.like(view, { id: notification_id, configurationId: sdJwt, status: 'valid' })
    t.true((await running.message(running.email)).text.includes('National ID'))
  })

  test(`${engine}: of eight requests with one nonce one is answered`, async (t) => {
    const running = await withIssuer(t, { engine })
    const nonce = await running.nonce()
    const proofs = await Promise.all(Array.from({ length: 8 }, () => aProof(running, {}, nonce)))
    const responses = await Promise.all(
      proofs.map((proof) => running.post(endpoint, running.token(), requestOf([proof]))),
    )
    const ok = responses.filter((response) => response.status === 200)
    t.is(ok.length, 1)
    for (const response of responses.filter((one) => one.status !== 200))
      t.is(await errorOf(response), '400 invalid_nonce')
    t.is((await running.issuer.credentialsOf(running.person)).length, 1)
  })

  test(`${engine}: the same request eight times is one issuance`, async (t) => {
    const running = await withIssuer(t, { engine })
    const token = running.token()
    const request = requestOf([await aProof(running)])
    const responses = await Promise.all(
      Array.from({ length: 8 }, () => running.post(endpoint, token, request)),
    )
    const answers = await Promise.all(responses.map(answerOf))
    t.is(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1)
    t.deepEqual(await answerOf(await running.post(endpoint, token, request)), answers[0])
    t.is((await running.issuer.credentialsOf(running.person)).length, 1)
    // with another token the nonce is what it is: used
    const other = await running.post(endpoint, running.token(), request)
    t.is(await errorOf(other), '400 invalid_nonce')
  })

  test(`${engine}: revocation stands in the published list at once, in both forms`, async (t) => {
    const running = await withIssuer(t, { engine })
    const first = await issued(running)
    const second = await issued(running, ldp)
    const { idx, uri } = statusOf(first.credentials[0]?.credential ?? '')
    const entry = second.credentials[0]?.credential.credentialStatus ?? {}
    const other = Number(entry.statusListIndex)
    t.is(await statusAt(uri, idx), 0)
    const revoke = (id: string) => running.issuer.revoke(running.person, id, 'lost phone', system)
    t.true(await revoke(first.notification_id))
    t.is(await statusAt(uri, idx), 1)
    t.is(await statusAt(uri, other), 0)
    t.is(await statusAt(entry.statusListCredential ?? '', other), 0)
    t.true(await revoke(second.notification_id))
    t.is(await statusAt(entry.statusListCredential ?? '', other), 1)
    t.is(await statusAt(uri, other), 1)
    t.false(await revoke(first.notification_id), 'a second time changes nothing')
    t.false(await running.issuer.revoke(running.person, 'unknown', 'x', system))
    const views = await running.issuer.credentialsOf(running.person)
    t.deepEqual([...new Set(views.map((view) => view.status))], ['revoked'])
    const leaves = await entriesOf(running.ctx, running.person, { limit: 50 })
    t.is(leaves.filter((leaf) => leaf.kind === 'credential.revoked').length, 2)
  })

  test(`${engine}: deactivation revokes everything and closes the door`, async (t) => {
    const running = await withIssuer(t, { engine })
    const { credentials } = await issued(running)
    const { idx, uri } = statusOf(credentials[0]?.credential ?? '')
    await transaction(running.ctx, (tx) =>
      publish(running.ctx, tx, 'identity.deactivated', running.person, { person: running.person }),
    )
    await until(async () => (await statusAt(uri, idx)) === 1)
    const proof = await aProof(running)
    const response = await running.post(endpoint, running.token(), requestOf([proof]))
    t.is(await errorOf(response), '400 credential_request_denied')
  })

  test(`${engine}: a batch has its own key, salts and status index in each copy`, async (t) => {
    const running = await withIssuer(t, { engine })
    const nonce = await running.nonce()
    const proofs = await Promise.all(Array.from({ length: 10 }, () => aProof(running, {}, nonce)))
    const answer = await answerOf(await running.post(endpoint, running.token(), requestOf(proofs)))
    const jwts = answer.credentials.map(({ credential }) => credential.split('~')[0] ?? '')
    t.is(jwts.length, 10)
    const keys = jwts.map((jwt) => JSON.stringify(decodeJwt(jwt).cnf))
    t.is(new Set(keys).size, 10)
    t.is(new Set(jwts.map((jwt) => statusOf(jwt).idx)).size, 10)
    t.is(new Set(jwts.flatMap((jwt) => decodeJwt(jwt)._sd as string[])).size, 10 * 9)
    t.is((await running.issuer.credentialsOf(running.person)).length, 1)
    t.true(await running.issuer.revoke(running.person, answer.notification_id, 'x', system))
    for (const jwt of jwts) t.is(await statusAt(statusOf(jwt).uri, statusOf(jwt).idx), 1)
    const stored = await rows(running.ctx.db, 'SELECT * FROM issued_credential')
    t.is(stored.length, 10)
  })
}

const test = testOn('sqlite')

test('what is wrong with a request is told in the words of the standard', async (t) => {
  const running = await withIssuer(t)
  const token = running.token()
  const send = async (body: unknown, bearer: string | undefined = token) =>
    errorOf(await running.post(endpoint, bearer, body))
  const good = requestOf([await aProof(running)])
  t.is(await send(good, 'unknown'), '401 invalid_token')
  t.is(await errorOf(await running.post(endpoint, undefined, good)), '401 invalid_token')
  t.is(await send(good, running.token({ configurationIds: [ldp] })), '403 insufficient_scope')
  const malformed = '400 invalid_credential_request'
  t.is(await send('{'), malformed)
  t.is(await send('[]'), malformed)
  t.is(await send('"text"'), malformed)
  t.is(await send({}), malformed)
  const twice = JSON.stringify(good).replace('{', '{"credential_configuration_id":"other",')
  t.is(await send(twice), malformed)
  t.is(await send({ ...good, credential_identifier: 'x' }), malformed)
  t.is(await send({ ...good, credential_configuration_id: 7 }), malformed)
  const unknown = { credential_identifier: 'x', proofs: good.proofs }
  t.is(await send(unknown), '400 unknown_credential_identifier')
  t.is(await send(requestOf(good.proofs.jwt, 'nothing')), '400 unknown_credential_configuration')
  const encrypted = { ...good, credential_response_encryption: { jwk: {}, enc: 'A256GCM' } }
  t.is(await send(encrypted), '400 invalid_encryption_parameters')
  const invalid = '400 invalid_proof'
  for (const proofs of [
    undefined,
    {},
    { jwt: [] },
    { jwt: 'text' },
    { jwt: [''] },
    { jwt: [7] },
    { attestation: ['x'] },
    { jwt: good.proofs.jwt, attestation: ['x'] },
    { jwt: Array.from({ length: 11 }, () => good.proofs.jwt[0]) },
    { jwt: ['x'.repeat(9000)] },
  ])
    t.is(await send({ credential_configuration_id: sdJwt, proofs }), invalid)
  t.is(await send({ ...good, proofs: undefined, proof: { proof_type: 'jwt', jwt: 'x' } }), invalid)
  t.is((await running.issuer.credentialsOf(running.person)).length, 0)
})

test('a proof for another audience, a stale one, a reused or foreign nonce', async (t) => {
  const running = await withIssuer(t)
  const send = async (proof: string) =>
    errorOf(await running.post(endpoint, running.token(), requestOf([proof])))
  const now = Math.floor(Date.now() / 1000)
  const other = { payload: { aud: 'https://other.example' } }
  t.is(await send(await aProof(running, other)), '400 invalid_proof')
  t.is(await send(await aProof(running, { payload: { iat: now - 3600 } })), '400 invalid_proof')
  t.is(await send(await aProof(running, { payload: { iat: now + 3600 } })), '400 invalid_proof')
  t.is(await send(await aProof(running, { payload: { nonce: undefined } })), '400 invalid_proof')
  t.is(await send(await aProof(running, {}, 'guessed')), '400 invalid_nonce')
  const nonce = await running.nonce()
  const first = await aProof(running, {}, nonce)
  t.is((await running.post(endpoint, running.token(), requestOf([first]))).status, 200)
  t.is(await send(await aProof(running, {}, nonce)), '400 invalid_nonce')
  // a refused proof does not spend its nonce: the wallet may correct itself
  const kept = await running.nonce()
  t.is(await send(await aProof(running, { header: { typ: 'JWT' } }, kept)), '400 invalid_proof')
  const corrected = await aProof(running, {}, kept)
  t.is((await running.post(endpoint, running.token(), requestOf([corrected]))).status, 200)
})

test('an expired nonce is refused', async (t) => {
  let now = Date.now()
  const running = await withIssuer(t, { now: () => new Date(now) })
  const nonce = await running.nonce()
  now += 5 * 60_000 + 1
  const iat = Math.floor(now / 1000)
  const proof = await aProof(running, { payload: { iat } }, nonce)
  const response = await running.post(endpoint, running.token(), requestOf([proof]))
  t.is(await errorOf(response), '400 invalid_nonce')
})

test('answers with credentials and nonces are never cached; media type and size are bounded', async (t) => {
  const running = await withIssuer(t)
  const response = await running.post(endpoint, running.token(), requestOf([await aProof(running)]))
  t.is(response.headers.get('cache-control'), 'no-store')
  t.regex(response.headers.get('content-type') ?? '', /^application\/json/)
  const refused = await running.post(endpoint, undefined, {})
  t.is(refused.headers.get('cache-control'), 'no-store')
  t.regex(refused.headers.get('www-authenticate') ?? '', /^Bearer error="invalid_token"/)
  const nonce = await fetch(`${running.url}/credentials/nonce`, { method: 'POST' })
  t.is(nonce.headers.get('cache-control'), 'no-store')
  const asForm = await fetch(running.url + endpoint, {
    method: 'POST',
    headers: { authorization: `Bearer ${running.token()}` },
    body: new URLSearchParams({ credential_configuration_id: sdJwt }),
  })
  t.is(await errorOf(asForm), '400 invalid_credential_request')
  const big = await running.post(endpoint, running.token(), 'x'.repeat(600_000))
  t.is(big.status, 413)
})

test('notifications are taken once and only from the holder', async (t) => {
  const running = await withIssuer(t)
  const { notification_id } = await issued(running)
  const send = (body: unknown, token: string | undefined = running.token()) =>
    running.post('/credentials/notification', token, body)
  const accepted = { notification_id, event: 'credential_accepted' }
  t.is((await send(accepted)).status, 204)
  t.is((await send(accepted)).status, 204)
  const deleted = { notification_id, event: 'credential_deleted', event_description: 'Removed' }
  t.is((await send(deleted)).status, 204)
  const leaves = await entriesOf(running.ctx, running.person, { limit: 50 })
  t.is(leaves.filter((leaf) => leaf.kind === 'credential.notified').length, 2)
  t.is(await errorOf(await send({ ...accepted, event: 'x' })), '400 invalid_notification_request')
  t.is(await errorOf(await send('{')), '400 invalid_notification_request')
  const unknown = '400 invalid_notification_id'
  t.is(await errorOf(await send({ ...accepted, notification_id: 'x' })), unknown)
  const stranger = running.token({ person: 'ffffffff-0000-4000-8000-000000000000' as never })
  t.is(await errorOf(await send(accepted, stranger)), unknown)
  t.is(await errorOf(await send(accepted, 'unknown')), '401 invalid_token')
})

test('no personal data lies open in the tables', async (t: ExecutionContext) => {
  const running = await withIssuer(t)
  await issued(running)
  await running.issuer.offer(running.person, [sdJwt], system)
  for (const table of [
    'credential_issuance',
    'issued_credential',
    'credential_holder',
    'status_list',
  ]) {
    const dump = JSON.stringify(await rows(running.ctx.db, `SELECT * FROM ${table}`))
    t.false(/Layla|Mansour|1990|@example/.test(dump), table)
  }
})
