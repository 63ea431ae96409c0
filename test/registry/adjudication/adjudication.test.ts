/** Who may decide, once, and take it back while there is time. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { entriesOf } from '#kernel/audit/audit.ts'
import { startWorkers } from '#kernel/jobs/jobs.ts'
import { registryWorkers } from '#registry'
import { execute, row, transaction } from '../../../src/kernel/db/db.ts'
import { openCase } from '../../../src/registry/adjudication/open.ts'
import { newPersonId, type PersonId } from '../../../src/registry/identity/person.ts'
import { noteCandidate, packetByRid } from '../../../src/registry/packet/store.ts'
import {
  aPacket,
  caseOf,
  decide,
  problemCode,
  type Registry,
  type RegistryOptions,
  ridOf,
  untilState,
  withRegistry,
} from '../../support/registry.ts'
import { testOn } from '../../support/servers.ts'

/** A packet that waits for an adjudicator, beside a candidate of whom nothing is left. */
async function aWaitingPacket(registry: Registry) {
  const { ctx } = registry
  const rid = await ridOf(await registry.post(await aPacket(registry)))
  const candidate = newPersonId(ctx)
  const person = await transaction(ctx, async (tx) => {
    const packet = await packetByRid(tx, rid)
    if (packet === undefined) throw new Error('no packet')
    const found = { candidate, demographic: 1, score: 730_000, modalities: '[]' }
    await noteCandidate(tx, packet.rid, found)
    await openCase(ctx, tx, packet)
    await openCase(ctx, tx, packet)
    return packet.person
  })
  await place(registry, rid, 'adjudicate', 'waiting')
  return { rid, person, candidate, case: await caseOf(registry, rid) }
}

/** Puts a packet where a test wants it, past the stages that are not the test's subject. */
async function place({ ctx }: Registry, rid: string, stage: string, state: string): Promise<void> {
  await transaction(ctx, async (tx) => {
    await execute(tx, 'UPDATE packet SET stage = ?, state = ? WHERE rid = ?', [stage, state, rid])
    await execute(tx, 'DELETE FROM job')
  })
}

const idle: RegistryOptions = { workers: false }
const graceOf = (ms: number) => ({ env: { PLINTH_REGISTRY_DECISION_GRACE_MS: String(ms) } })
const kindsOf = async ({ ctx }: Registry, person: PersonId): Promise<string[]> =>
  (await entriesOf(ctx, person, { limit: 20 })).map(({ kind }) => kind)
const jobs = async ({ ctx }: Registry): Promise<number> =>
  Number((await row<{ n: number }>(ctx.db, 'SELECT COUNT(*) AS n FROM job'))?.n)

testOn('sqlite')('adjudicators only', async (t) => {
  const registry = await withRegistry(t, idle)
  const { case: found } = await aWaitingPacket(registry)
  const api = `${registry.url}/adjudication/api/cases`
  const body = JSON.stringify({ verdict: 'unique', reason: 'because' })
  const json = { 'content-type': 'application/json' }
  for (const init of [{}, { headers: { authorization: `Bearer ${'x'.repeat(43)}` } }]) {
    for (const path of ['', `/${found.id}`]) {
      const answer = await fetch(api + path, init)
      t.is(answer.status, 401)
      t.is(await problemCode(answer), 'staff.unauthenticated')
    }
  }
  const stranger = await fetch(`${api}/${found.id}/decision`, {
    method: 'POST',
    headers: json,
    body,
  })
  t.is(stranger.status, 401)
  t.is((await caseOf(registry, found.rid)).status, 'open')
})

testOn('sqlite')('showing a case leaves a leaf on everybody in it', async (t) => {
  const registry = await withRegistry(t, idle)
  const { case: found, person, candidate } = await aWaitingPacket(registry)
  t.is(found.candidates, 1)
  const answer = await registry.adjudicate(`/cases/${found.id}`)
  t.is(answer.headers.get('cache-control'), 'no-store')
  t.like(await answer.json(), {
    rid: found.rid,
    subject: { label: found.rid, fields: { gender: 'FLE' } },
    others: [{ score: 0.73, reasons: ['biometric', 'demographic'], fields: {} }],
  })
  for (const shown of [person, candidate])
    t.deepEqual((await kindsOf(registry, shown)).slice(0, 2), [
      'adjudication.shown',
      'adjudication.opened',
    ])
})

testOn('sqlite')('an unknown case, a decision without a reason', async (t) => {
  const registry = await withRegistry(t, idle)
  const { case: found } = await aWaitingPacket(registry)
  const unknown = '00000000-0000-4000-8000-000000000000'
  for (const answer of [
    await registry.adjudicate(`/cases/${unknown}`),
    await decide(registry, unknown, 'unique'),
    await registry.adjudicate(`/cases/${unknown}/decision`, { method: 'DELETE' }),
  ]) {
    t.is(answer.status, 404)
    t.is(await problemCode(answer), 'adjudication.unknown-case')
  }
  for (const body of [
    { verdict: 'unique' },
    { verdict: 'unique', reason: '  ' },
    { verdict: 'no', reason: 'because' },
  ]) {
    const init = { method: 'POST', body: JSON.stringify(body) }
    const answer = await registry.adjudicate(`/cases/${found.id}/decision`, init)
    t.is(answer.status, 400)
  }
  t.is((await caseOf(registry, found.rid)).status, 'open')
})

for (const engine of ['sqlite', 'mariadb'] as const) {
  testOn(engine)(`eight decisions at once: one holds (${engine})`, async (t) => {
    const registry = await withRegistry(t, { ...idle, engine })
    const { case: found, candidate } = await aWaitingPacket(registry)
    const verdicts = Array.from({ length: 8 }, (_, i) => (['unique', 'duplicate'] as const)[i % 2])
    const answers = await Promise.all(
      verdicts.map((verdict) => decide(registry, found.id, verdict ?? 'unique')),
    )
    t.is(answers.filter(({ status }) => status === 204).length, 1)
    for (const answer of answers.filter(({ status }) => status !== 204)) {
      t.is(answer.status, 409)
      t.is(await problemCode(answer), 'adjudication.already-decided')
    }
    t.is(await jobs(registry), 1)
    const decided = (await kindsOf(registry, candidate)).filter((k) => k === 'adjudication.decided')
    t.is(decided.length, 1)
  })

  testOn(engine)(`taken back in time, then decided otherwise (${engine})`, async (t) => {
    const registry = await withRegistry(t, { engine, ...graceOf(1500), workers: false })
    const { case: found, rid } = await aWaitingPacket(registry)
    const undo = () => registry.adjudicate(`/cases/${found.id}/decision`, { method: 'DELETE' })
    t.is(await problemCode(await undo()), 'adjudication.not-decided')
    t.is((await decide(registry, found.id, 'unique')).status, 204)
    t.is((await undo()).status, 204)
    t.is((await caseOf(registry, rid)).status, 'open')
    await sleep(300)
    t.is((await decide(registry, found.id, 'duplicate')).status, 204)
    await processing(t, registry)
    const view = await untilState(registry, rid, 'rejected', 'done')
    t.is(view.reason, 'adjudication.duplicate')
    t.is(await problemCode(await undo()), 'adjudication.took-effect')
    t.is(
      await problemCode(await decide(registry, found.id, 'unique')),
      'adjudication.already-decided',
    )
  })

  testOn(engine)(
    `taken back, and the job of the first decision does nothing (${engine})`,
    async (t) => {
      const registry = await withRegistry(t, { engine, ...graceOf(400), workers: false })
      const { case: found, rid } = await aWaitingPacket(registry)
      await processing(t, registry)
      await decide(registry, found.id, 'unique')
      await registry.adjudicate(`/cases/${found.id}/decision`, { method: 'DELETE' })
      await sleep(1200)
      t.is((await registry.status(rid)).state, 'waiting')
      t.is((await caseOf(registry, rid)).status, 'open')
      await decide(registry, found.id, 'duplicate')
      t.is((await untilState(registry, rid, 'rejected', 'done')).state, 'rejected')
    },
  )
}

async function processing(t: ExecutionContext, { ctx }: Registry): Promise<void> {
  const running = startWorkers(ctx, registryWorkers(ctx))
  t.teardown(() => running.stop())
}
