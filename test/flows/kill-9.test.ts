/**
 * kill -9 at random moments, start-up included, while packets arrive, are processed and are decided on: every packet that
 * was answered reaches an end, none twice. `RIG=full` makes it 100 kills during 200 packets.
 */
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { loadConfig } from '../../src/kernel/config/load.ts'
import { loadSandbox } from '../../src/kernel/config/sandbox.ts'
import { row, rows } from '../../src/kernel/db/db.ts'
import { openDatabase } from '../../src/kernel/db/open.ts'
import { aFace } from '../support/faces.ts'
import { type Killable, killable } from '../support/killable.ts'
import { anIdentity, aPacket, type Operator } from '../support/registry.ts'
import { databaseUrl, dataFolder, testOn } from '../support/servers.ts'

const full = process.env.RIG === 'full'
const [KILLS, PACKETS] = full ? [100, 200] : [8, 20]
/** From the start of a process to its end, milliseconds: some die before they serve. */
const LIFE_MS = [300, 2200] as const
const SENDERS = 4
const FACES = 8
const END_MS = full ? 600_000 : 120_000

for (const engine of ['sqlite', 'mariadb'] as const) {
  const on = testOn(engine)
  const alone = on === test ? test.serial : on
  alone(`${KILLS} kills during ${PACKETS} packets on ${engine}`, async (t) => {
    t.timeout(full ? 900_000 : 200_000)
    const dataDir = dataFolder(t)
    const url = await databaseUrl(t, engine)
    const args = ['--profile', 'test', '--data', dataDir]
    const env = { PLINTH_DATABASE_URL: url, PLINTH_EPHEMERAL_URL: 'memory' }
    const script = new URL('../support/registry-child.ts', import.meta.url).pathname
    const child = await killable(script, args, env)
    t.teardown(() => child.end())

    await child.start({ ready: true })
    const rig = await aRig(child)
    const [sent] = await Promise.all([sendAll(rig), killAndRestart(child)])
    const ends = await endAll(rig, sent)
    t.log(
      `${ends.done} UINs, ${ends.rejected} found duplicates, ${ends.retries} tries without answer`,
    )
    // What was published in the last moment is still on its way to the inbox and into the log.
    await sleep(3000)
    await child.end()
    await inspect(t, { url, dataDir }, ends)
  })
}

interface Rig {
  readonly url: string
  readonly packets: readonly string[]
  readonly adjudicator: string
  retries: number
}

/** Packets of different people, few of whom have a face of their own. */
async function aRig({ url }: Killable): Promise<Rig> {
  const { operators, staff } = loadSandbox({
    config: loadConfig({ argv: ['--profile', 'test'], env: {} }),
  })
  const [signer] = operators
  const adjudicator = staff.find(({ roles }) => roles.includes('adjudicator'))
  if (signer === undefined || adjudicator === undefined) throw new Error('the sandbox has no staff')
  const answer = await fetch(`${url}/packets/intake-key`)
  const { keys } = (await answer.json()) as { keys: (Operator['jwk'] & { kid: string })[] }
  const [intake] = keys
  if (intake === undefined) throw new Error('no intake key')
  const { kid, kty, crv, x, y, d } = signer.jwk
  const made = { intake, operator: { id: signer.id, jwk: { kid, kty, crv, x, y, d } } }
  const photos = Array.from({ length: FACES }, (_, i) => aFace(i + 1))
  const packets = Array.from({ length: PACKETS }, (_, i) => {
    const photo = photos[i % photos.length]
    return aPacket(made, { identity: anIdentity(), ...(photo && { photo }) })
  })
  return { url, packets: await Promise.all(packets), adjudicator: adjudicator.token, retries: 0 }
}

async function killAndRestart(child: Killable): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(randomInt(...LIFE_MS))
    await child.kill()
    await child.start()
  }
}

/** Sends each packet until it is answered, as a client does that has no network now and then. */
async function sendAll(rig: Rig): Promise<readonly string[]> {
  const rids = new Map<number, string>()
  const next = rig.packets.keys()
  const send = async (): Promise<void> => {
    for (const index of next) {
      const answer = await insist(rig, '/packets', {
        method: 'POST',
        body: rig.packets[index] ?? '',
      })
      if (![200, 202].includes(answer.status)) throw new Error(`receipt: HTTP ${answer.status}`)
      rids.set(index, ((await answer.json()) as { rid: string }).rid)
      await sleep(randomInt(0, Math.ceil((KILLS * 1000 * SENDERS) / PACKETS)))
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, send))
  return [...rids.values()]
}

interface Ends {
  readonly rids: readonly string[]
  readonly done: number
  readonly rejected: number
  readonly retries: number
}

/** Decides every case, by turns, until all packets have come to an end. */
async function endAll(rig: Rig, rids: readonly string[]): Promise<Ends> {
  const authorization = { authorization: `Bearer ${rig.adjudicator}` }
  const states = new Map<string, string>()
  const until = performance.now() + END_MS
  while (performance.now() < until) {
    const listed = await insist(rig, '/adjudication/api/cases?limit=100', {
      headers: authorization,
    })
    const { cases } = (await listed.json()) as { cases: { id: string; rid: string }[] }
    for (const { id, rid } of cases) {
      const verdict = rids.indexOf(rid) % 2 === 0 ? 'unique' : 'duplicate'
      const answer = await insist(rig, `/adjudication/api/cases/${id}/decision`, {
        method: 'POST',
        headers: { ...authorization, 'content-type': 'application/json' },
        body: JSON.stringify({ verdict, reason: 'decided by the rig' }),
      })
      // A lost answer: the decision was there.
      if (![204, 409].includes(answer.status)) throw new Error(`decision: HTTP ${answer.status}`)
    }
    for (const rid of rids) {
      if (['done', 'rejected'].includes(states.get(rid) ?? '')) continue
      const answer = await insist(rig, `/packets/${rid}`, {})
      states.set(rid, ((await answer.json()) as { state: string }).state)
    }
    const count = (state: string) => [...states.values()].filter((found) => found === state).length
    const [done, rejected] = [count('done'), count('rejected')]
    if (done + rejected === rids.length) return { rids, done, rejected, retries: rig.retries }
    await sleep(200)
  }
  throw new Error(`no end for all packets: ${JSON.stringify([...states.values()])}`)
}

async function insist(rig: Rig, path: string, init: RequestInit): Promise<Response> {
  for (let tries = 0; tries < 600; tries++) {
    try {
      const answer = await fetch(rig.url + path, { ...init, signal: AbortSignal.timeout(5000) })
      // The whole answer, or none: a killed server may send half.
      return new Response(
        await answer.text().then((text) => (answer.status === 204 ? null : text)),
        {
          status: answer.status,
        },
      )
    } catch {
      rig.retries++
      await sleep(100)
    }
  }
  throw new Error(`${path}: no answer in 600 tries`)
}

/** The record itself, once nobody runs: nothing lost, nothing doubled, nothing half. */
async function inspect(
  t: ExecutionContext,
  where: { readonly url: string; readonly dataDir: string },
  ends: Ends,
): Promise<void> {
  const db = await openDatabase({ ...where, poolSize: 2 })
  const count = async (sql: string): Promise<number> =>
    Number((await row<{ n: number }>(db, `SELECT COUNT(*) AS n ${sql}`))?.n)
  const enrolled = `FROM identity i JOIN packet p ON p.person = i.person`

  t.is(new Set(ends.rids).size, PACKETS, 'one RID a packet')
  t.is(await count('FROM packet'), PACKETS)
  const lost = (await rows<{ rid: string }>(db, 'SELECT rid FROM packet')).map(({ rid }) => rid)
  t.deepEqual(lost.sort(), [...ends.rids].sort())
  t.is(await count("FROM packet WHERE state NOT IN ('done', 'rejected')"), 0, 'every packet ended')
  t.is(await count(enrolled), ends.done, 'a UIN for each that is done')
  t.is(await count(`${enrolled} WHERE p.state <> 'done'`), 0, 'no UIN for any other')
  t.is(
    await count('FROM (SELECT uin_lookup FROM identity GROUP BY uin_lookup) u'),
    await count('FROM identity'),
  )
  t.is(await count(`FROM vid v JOIN packet p ON p.person = v.person`), ends.done, 'one VID each')
  t.is(
    await count(
      'FROM (SELECT rid, stage FROM packet_step GROUP BY rid, stage HAVING COUNT(*) > 1) twice',
    ),
    0,
  )
  t.is(await count('FROM packet_seal'), ends.done, 'rejected packets are erased, the others kept')
  t.is(await count('FROM job'), 0, 'no job is left')
  t.is(await count('FROM job_dead'), 0)
  t.is(await count('FROM audit_leaf WHERE position IS NULL'), 0, 'every leaf has its place')
  // Two channels a person: one message each, none twice.
  const texts = await rows<{ n: number }>(db, 'SELECT COUNT(*) AS n FROM message_inbox')
  t.is(Number(texts[0]?.n), 4 * PACKETS, 'of the arrival and of the end, to each')
  await db.close()
}
