/** Walk A over real HTTP with the real pipeline and hub, on both engines. */
import { setTimeout as sleep } from 'node:timers/promises'
import { entriesOf } from '#kernel/audit/audit.ts'
import { readClaims, resolveIdentifier } from '#registry'
import { row, rows } from '../../src/kernel/db/db.ts'
import type { PersonId } from '../../src/registry/identity/person.ts'
import { countIdentities } from '../../src/registry/identity/store.ts'
import { packetByRid } from '../../src/registry/packet/store.ts'
import { aFace } from '../support/faces.ts'
import {
  anIdentity,
  caseOf,
  decide,
  type Registry,
  untilState,
  withRegistry,
} from '../support/registry.ts'
import { testOn } from '../support/servers.ts'

const reading = { actor: { type: 'system', id: 'test' }, purpose: 'test' } as const
const steps = (view: { steps: readonly { stage: string; outcome: string }[] }) =>
  view.steps.map(({ stage, outcome }) => `${stage}: ${outcome}`)
const eng = (value: string) => [{ language: 'eng', value }]

for (const engine of ['sqlite', 'mariadb'] as const) {
  testOn(engine)(
    `a person becomes a UIN, his second packet a rejected duplicate (${engine})`,
    async (t) => {
      const registry = await withRegistry(t, { engine })
      const { ctx } = registry
      const identity = anIdentity({ fullName: eng('Amina Diallo'), email: 'amina.1@example.org' })
      const rid = await registry.enrol({ identity, photo: aFace(1) })
      const view = await untilState(registry, rid, 'done', 'rejected', 'waiting')
      t.deepEqual(steps(view), [
        'verify-seal: intact',
        'validate-fields: valid',
        'assess-quality: good',
        'dedupe-demographics: unique',
        'dedupe-biometrics: unique',
        'assign-uin: assigned',
      ])
      t.regex(view.uinMasked ?? '', /^•{4} •{4} \d{4}$/)

      const vid = await vidFromInbox(registry, 'amina.1@example.org')
      const found = await resolveIdentifier(ctx, vid)
      t.is(found?.by, 'vid')
      const person = found?.person as PersonId
      t.deepEqual(await readClaims(ctx, person, ['name', 'birthdate'], reading), {
        name: 'Amina Diallo',
        birthdate: '1990-03-27',
      })
      const kinds = (await entriesOf(ctx, person, { limit: 50 })).map(({ kind }) => kind)
      for (const kind of ['packet.received', 'packet.moved', 'identity.issued', 'identity.read'])
        t.true(kinds.includes(kind), kind)

      const second = await registry.enrol({
        identity: anIdentity({ fullName: eng('Awa Ndiaye') }),
        photo: aFace(1, 1),
      })
      const waiting = await untilState(registry, second, 'done', 'rejected', 'waiting')
      t.is(waiting.state, 'waiting')
      t.is(steps(waiting).at(-1), 'dedupe-biometrics: candidates')
      const { id } = await caseOf(registry, second)
      const shown = await (await registry.adjudicate(`/cases/${id}`)).json()
      t.like(shown, { subject: { label: second }, others: [{ reasons: ['biometric'] }] })
      const [other] = (shown as { others: { label: string; score: number; photo: object }[] })
        .others
      t.is(other?.label, view.uinMasked)
      t.true((other?.score ?? 0) > ctx.country.thresholds.faceIdentify)
      t.truthy(other?.photo)

      t.is((await decide(registry, id, 'duplicate')).status, 204)
      const rejected = await untilState(registry, second, 'rejected', 'done')
      t.is(rejected.reason, 'adjudication.duplicate')
      t.is(await countIdentities(ctx.db), 1)
      await erased(t, registry, second)
      const told = (await entriesOf(ctx, person, { limit: 50 })).map(({ kind }) => kind)
      for (const kind of ['adjudication.opened', 'adjudication.shown', 'adjudication.decided'])
        t.true(told.includes(kind), kind)
      // Nobody in the gallery but the first: the same face again has one candidate.
      const third = await registry.enrol({ identity: anIdentity(), photo: aFace(1, 1) })
      await untilState(registry, third, 'waiting', 'done', 'rejected')
      t.is((await caseOf(registry, third)).candidates, 1)
    },
  )

  testOn(engine)(
    `the same demographics with another face are for a person to judge (${engine})`,
    async (t) => {
      const registry = await withRegistry(t, { engine })
      const identity = anIdentity({ fullName: eng('Maria Santos') })
      const first = await registry.enrol({ identity, photo: aFace(2) })
      await untilState(registry, first, 'done')
      const twin = anIdentity({ fullName: eng(' MARÍA  santos ') })
      const second = await registry.enrol({ identity: twin, photo: aFace(3) })
      const waiting = await untilState(registry, second, 'waiting', 'done', 'rejected')
      t.deepEqual(steps(waiting).slice(-2), [
        'dedupe-demographics: suspect',
        'dedupe-biometrics: suspect',
      ])
      const { id } = await caseOf(registry, second)
      const shown = await (await registry.adjudicate(`/cases/${id}`)).json()
      t.like(shown, { others: [{ reasons: ['demographic'], modalities: [] }] })
      await decide(registry, id, 'unique')
      t.is((await untilState(registry, second, 'done', 'rejected')).state, 'done')
      t.is(await countIdentities(registry.ctx.db), 2)
    },
  )

  testOn(engine)(`twenty packets of one person at once end with one UIN (${engine})`, async (t) => {
    const registry = await withRegistry(t, { engine })
    const { ctx } = registry
    const photo = aFace(1)
    // Half of them under one name, the other half under names of their own.
    const identity = anIdentity({ fullName: eng('Amina Diallo') })
    const rids = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        registry.enrol({ identity: i % 2 === 0 ? identity : anIdentity(), photo }),
      ),
    )
    const settled = ['done', 'waiting', 'rejected', 'parked'] as const
    const views = await Promise.all(rids.map((rid) => untilState(registry, rid, ...settled)))
    t.is(views.filter(({ state }) => state === 'done').length, 1)
    t.is(views.filter(({ state }) => state === 'waiting').length, 19)
    for (const { rid, state } of views) {
      if (state === 'waiting') await decide(registry, (await caseOf(registry, rid)).id, 'duplicate')
    }
    const ends = await Promise.all(rids.map((rid) => untilState(registry, rid, 'done', 'rejected')))
    t.is(ends.filter(({ state }) => state === 'done').length, 1)
    t.is(await countIdentities(ctx.db), 1)
    const uins = await rows(ctx.db, 'SELECT uin_lookup FROM identity')
    t.is(uins.length, 1)
  })
}

async function vidFromInbox(registry: Registry, address: string): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`${registry.url}/sandbox/inbox?to=${encodeURIComponent(address)}`)
    const messages = (await answer.json()) as { text: string }[]
    const vid = messages.map(({ text }) => /(\d{4} ){3}\d{4}/.exec(text)?.[0]).find(Boolean)
    if (vid !== undefined) return vid
    await sleep(50)
  }
  throw new Error('no VID in the inbox')
}

async function erased(
  t: { is(a: unknown, b: unknown, message?: string): void },
  { ctx }: Registry,
  rid: string,
): Promise<void> {
  const person = (await packetByRid(ctx.db, rid))?.person ?? ''
  const seals = await row<{ n: number }>(
    ctx.db,
    'SELECT COUNT(*) AS n FROM packet_seal WHERE rid = ?',
    [rid],
  )
  t.is(Number(seals?.n), 0, 'the sealed packet is gone')
  const keys = await row<{ n: number }>(
    ctx.db,
    'SELECT COUNT(*) AS n FROM demographic_key WHERE person = ?',
    [person],
  )
  t.is(Number(keys?.n), 0, 'the demographic claim is gone')
  t.is((await entriesOf(ctx, person, { limit: 5 })).length, 5, 'the leaves stay')
}
