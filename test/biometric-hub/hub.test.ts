import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import type { Identification, Sample } from '#biometric-hub'
import { execute, rows, transaction } from '#kernel/db/db.ts'
import { readPortrait } from '../../demo/portraits/read.ts'
import { openFaceApi } from '../../src/biometric-hub/face/face-api/open.ts'
import { lookAtFace } from '../../src/biometric-hub/face/look.ts'
import { face, subject, withHub } from '../support/biometric-hub.ts'
import { aGradient, fromJpeg, sideBySide, toJpeg, withFrameSize } from '../support/images.ts'
import { testOn } from '../support/servers.ts'

const [ann, annAgain, ben] = [readPortrait(1, 0), readPortrait(1, 1), readPortrait(2, 0)]
const incomplete = { code: 'hub.search-incomplete' }
const names = (found: Identification) =>
  found.outcome === 'candidates' ? found.candidates.map((one) => one.subject).toSorted() : []

for (const engine of ['sqlite', 'mariadb'] as const) {
  // One after the other: each has threads and networks of its own.
  const on = testOn(engine).serial

  on(`${engine}: enrolment, identification, verification, erasure`, async (t) => {
    const { ctx, hub } = await withHub(t, engine)
    t.deepEqual(await hub.identify(subject('ann'), face(ann)), { outcome: 'unique', compared: 0 })
    t.deepEqual(await hub.identify(subject('ben'), face(ben)), { outcome: 'unique', compared: 1 })
    const again = await hub.identify(subject('ann-2'), face(annAgain))
    t.deepEqual(names(again), ['ann'])
    t.like(again, { outcome: 'candidates', compared: 2 })
    // The same subject again: the same answer, whatever the sample, and nothing is replaced.
    t.deepEqual(await hub.identify(subject('ann'), face(ben)), { outcome: 'unique', compared: 0 })
    t.deepEqual(await hub.identify(subject('ann-2'), face(ann)), again)

    t.like(await hub.verify(subject('ann'), face(annAgain)), { outcome: 'match' })
    t.like(await hub.verify(subject('ann'), face(ben)), { outcome: 'non-match' })
    t.deepEqual(await hub.verify(subject('nobody'), face(ann)), { outcome: 'no-reference' })

    await t.throwsAsync(
      transaction(ctx, async (tx) => {
        await hub.erase(tx, subject('ann'))
        throw new Error('the caller changed its mind')
      }),
    )
    t.like(await hub.verify(subject('ann'), face(ann)), { outcome: 'match' })
    await transaction(ctx, (tx) => hub.erase(tx, subject('ann')))
    await transaction(ctx, (tx) => hub.erase(tx, subject('ann')))
    t.deepEqual(await hub.verify(subject('ann'), face(ann)), { outcome: 'no-reference' })
    t.deepEqual(await hub.identify(subject('ann-2'), face(ann)), { outcome: 'unique', compared: 1 })
    // Whoever comes back is the last in the order.
    t.deepEqual(names(await hub.identify(subject('ann'), face(ann))), ['ann-2'])
  })

  on(`${engine}: of eight simultaneous enrolments of one person the first is unique`, async (t) => {
    const { ctx, hub, another } = await withHub(t, engine)
    const hubs = [hub, await another()]
    await hub.identify(subject('ben'), face(ben))
    const found = await Promise.all(
      Array.from({ length: 8 }, (_, at) =>
        hubs[at % 2]?.identify(subject(`ann-${at}`), face(at % 3 === 0 ? annAgain : ann)),
      ),
    )
    const counts = found.map((one) => (one?.outcome === 'unusable' ? -1 : one?.compared))
    t.deepEqual(counts.toSorted(), [1, 2, 3, 4, 5, 6, 7, 8])
    t.is(found.filter((one) => one?.outcome === 'unique').length, 1)
    // Each later one saw every earlier one.
    found.forEach((one) => {
      if (one?.outcome === 'candidates') t.is(one.candidates.length, one.compared - 1)
    })
    const [head] = await rows(ctx.db, 'SELECT live, last_ordinal FROM hub_heads')
    t.deepEqual({ ...head }, { live: 9, last_ordinal: 9 })
  })

  on(`${engine}: eight calls for one subject enrol it once`, async (t) => {
    const { ctx, hub, another } = await withHub(t, engine)
    const hubs = [hub, await another()]
    const found = await Promise.all(
      Array.from({ length: 8 }, (_, at) => hubs[at % 2]?.identify(subject('ann'), face(ann))),
    )
    for (const one of found) t.deepEqual(one, { outcome: 'unique', compared: 0 })
    t.is((await rows(ctx.db, 'SELECT subject FROM hub_templates')).length, 1)
    t.deepEqual({ ...(await rows(ctx.db, 'SELECT live FROM hub_heads'))[0] }, { live: 1 })
  })

  on(`${engine}: an erasure is seen by every process`, async (t) => {
    const { ctx, hub, another } = await withHub(t, engine)
    const other = await another()
    await hub.identify(subject('ann'), face(ann))
    t.deepEqual(names(await other.identify(subject('ann-2'), face(ann))), ['ann'])
    await transaction(ctx, (tx) => hub.erase(tx, subject('ann')))
    t.deepEqual(names(await other.identify(subject('ann-3'), face(annAgain))), ['ann-2'])
    t.deepEqual(names(await hub.identify(subject('ann-3'), face(annAgain))), ['ann-2'])
  })

  on(`${engine}: a template lies sealed and comes out nowhere`, async (t) => {
    const { ctx, hub, lines } = await withHub(t, engine)
    const said = [
      await hub.assess(face(ann)),
      await hub.identify(subject('ann'), face(ann)),
      await hub.identify(subject('ann-2'), face(annAgain)),
      await hub.verify(subject('ann'), face(annAgain)),
      await hub.verify(subject('ann'), face(Buffer.from('no'))),
      lines,
    ]
    const look = lookAtFace(await openFaceApi(), ann)
    if (look.outcome !== 'seen') return t.fail()
    const words = JSON.stringify(said)
    for (const value of look.template) t.false(words.includes(String(value)))
    const bytes = Buffer.alloc(look.template.length * 4)
    for (const [at, value] of look.template.entries()) bytes.writeFloatLE(value, at * 4)
    const stored = Buffer.concat([
      Buffer.from(JSON.stringify(await rows(ctx.db, 'SELECT * FROM hub_templates'))),
      ...(engine === 'sqlite' ? filesOf(ctx.config.dataDir) : []),
    ])
    t.true(stored.includes('ann-2'))
    const piece = bytes.subarray(40, 64)
    for (const form of [piece, ...forms(piece)]) t.false(stored.includes(form))
  })
}

test.serial('a gallery with a row too few is not searched', async (t) => {
  const { ctx, hub, another, lines } = await withHub(t, 'sqlite')
  await hub.identify(subject('ann'), face(ann))
  await hub.identify(subject('ben'), face(ben))
  // Somebody deleted a row behind the hub's back; a new thread sees it.
  await transaction(ctx, (tx) => execute(tx, "DELETE FROM hub_templates WHERE subject = 'ann'"))
  const fresh = await another()
  await t.throwsAsync(fresh.identify(subject('ann-2'), face(annAgain)), incomplete)
  await transaction(ctx, (tx) => execute(tx, 'UPDATE hub_heads SET live = live - 1'))
  t.like(await fresh.identify(subject('ann-2'), face(annAgain)), { outcome: 'unique' })
  t.deepEqual(lines, [])
})

test.serial('a template of another model is compared with nothing', async (t) => {
  const { ctx, hub, another, lines } = await withHub(t, 'sqlite')
  await hub.identify(subject('ben'), face(ben))
  const sql = 'SELECT model FROM hub_templates'
  const [{ model } = { model: '' }] = await rows<{ model: string }>(ctx.db, sql)
  t.regex(model, /^[0-9a-f]{64}$/)
  await transaction(ctx, (tx) =>
    execute(tx, 'UPDATE hub_templates SET model = ?', ['0'.repeat(64)]),
  )
  const fresh = await another()
  await t.throwsAsync(fresh.identify(subject('ann'), face(ann)), incomplete)
  await t.throwsAsync(fresh.verify(subject('ben'), face(ben)), { code: 'hub.other-model' })
  await t.throwsAsync(fresh.identify(subject('ben'), face(ben)), { code: 'hub.other-model' })
  t.deepEqual(lines, [
    { message: 'gallery row can not be searched', fields: { reason: 'other model', ordinal: 1 } },
  ])
})

test.serial('a template in another row does not open', async (t) => {
  const { ctx, hub, another } = await withHub(t, 'sqlite')
  await hub.identify(subject('ann'), face(ann))
  await hub.identify(subject('ben'), face(ben))
  const sql = "SELECT sealed FROM hub_templates WHERE subject = 'ann'"
  const [{ sealed } = { sealed: '' }] = await rows<{ sealed: string }>(ctx.db, sql)
  await transaction(ctx, (tx) =>
    execute(tx, "UPDATE hub_templates SET sealed = ? WHERE subject = 'ben'", [sealed]),
  )
  await t.throwsAsync(hub.verify(subject('ben'), face(ann)), { code: 'vault.unreadable' })
  const fresh = await another()
  await t.throwsAsync(fresh.identify(subject('cem'), face(ann)), incomplete)
})

test.serial('what can not be used is said, and nothing is enrolled', async (t) => {
  const { ctx, hub } = await withHub(t, 'sqlite')
  const two = toJpeg(sideBySide(fromJpeg(ann), fromJpeg(ben)))
  for (const [image, fault] of [
    [Buffer.alloc(0), 'not-an-image'],
    [Buffer.alloc(9000), 'not-an-image'],
    [ann.subarray(0, 9000), 'not-an-image'],
    [withFrameSize(ann, 60_000, 60_000), 'too-large'],
    [Buffer.alloc(5 * 1024 * 1024 + 1), 'too-large'],
    [toJpeg(aGradient(300, 300)), 'no-face'],
    [two, 'several-faces'],
  ] as const) {
    const unusable = { outcome: 'unusable', fault } as const
    t.deepEqual(await hub.assess(face(image)), unusable)
    t.deepEqual(await hub.identify(subject('x'), face(image)), unusable)
  }
  t.deepEqual(await rows(ctx.db, 'SELECT subject FROM hub_templates'), [])
  await hub.identify(subject('ann'), face(ann))
  const unusable = { outcome: 'unusable', fault: 'several-faces' } as const
  t.deepEqual(await hub.verify(subject('ann'), face(two)), unusable)
})

test.serial('exactly one sample, and a reference that can be a key', async (t) => {
  const { hub } = await withHub(t, 'sqlite')
  const several: Sample[] = [...face(ann), ...face(ben)]
  for (const samples of [[], several]) {
    const refused = { code: 'hub.sample-count' }
    await t.throwsAsync(hub.assess(samples), refused)
    await t.throwsAsync(hub.identify(subject('x'), samples), refused)
    await t.throwsAsync(hub.verify(subject('x'), samples), refused)
  }
  for (const name of ['', 'é', 'a'.repeat(65), 'a b']) {
    await t.throwsAsync(hub.identify(subject(name), face(ann)), { name: 'AssertionError' })
  }
})

test.serial(
  'an assessment says where the face is and how good, in pixels of the image',
  async (t) => {
    const { hub } = await withHub(t, 'sqlite')
    const found = await hub.assess(face(ann))
    if (found.outcome !== 'assessed') return t.fail()
    t.true(found.quality >= 60 && found.quality <= 100)
    t.deepEqual(found.advice, [])
    for (const value of Object.values(found.measures)) t.true(value >= 0 && value <= 1)
    const middle = { x: found.box.x + found.box.width / 2, y: found.box.y + found.box.height / 2 }
    t.true(
      Math.abs(middle.x - 200) < 60 && Math.abs(middle.y - 260) < 80,
      JSON.stringify(found.box),
    )
  },
)

test.serial('a hub that was stopped answers nothing', async (t) => {
  const { hub } = await withHub(t, 'sqlite')
  await hub.stop()
  await t.throwsAsync(hub.assess(face(ann)), { code: 'hub.unavailable' })
  await t.throwsAsync(hub.identify(subject('ann'), face(ann)), { code: 'hub.unavailable' })
})

const filesOf = (folder: string): Buffer[] =>
  readdirSync(folder).flatMap((name) => {
    try {
      return [readFileSync(join(folder, name))]
    } catch {
      // A folder or a socket.
      return []
    }
  })
const forms = (bytes: Buffer): string[] => [
  bytes.toString('hex'),
  bytes.toString('base64'),
  bytes.toString('base64url'),
]
