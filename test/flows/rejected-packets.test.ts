/** What the pipeline rejects: a code for each, visible to the holder of the RID, and nothing personal left behind. */
import { setTimeout as sleep } from 'node:timers/promises'
import { row } from '../../src/kernel/db/db.ts'
import { aFace, aFarFace, aWall, twoFaces } from '../support/faces.ts'
import { anIdentity, type PacketParts, untilState, withRegistry } from '../support/registry.ts'
import { testOn } from '../support/servers.ts'

const face = aFace(1)
const cases: [what: string, parts: PacketParts, reason: string, fields?: string[]][] = [
  [
    'unknown schema field',
    { identity: anIdentity({ shoeSize: '42' }), photo: face },
    'identity.unknown-field',
    ['shoeSize'],
  ],
  [
    'missing mandatory language',
    { identity: anIdentity({ fullName: [{ language: 'ara', value: 'أمينة' }] }), photo: face },
    'identity.missing-language',
    ['fullName'],
  ],
  [
    'missing field',
    { identity: anIdentity({ gender: undefined }), photo: face },
    'identity.missing-field',
    ['gender'],
  ],
  [
    'invalid field',
    { identity: anIdentity({ dateOfBirth: '1990/02/31' }), photo: face },
    'identity.invalid-field',
    ['dateOfBirth'],
  ],
  [
    'unknown place',
    { identity: anIdentity({ city: 'ATLANTIS' }), photo: face },
    'identity.unknown-location',
    ['city'],
  ],
  ['unknown centre', { content: { centre: '99999' }, photo: face }, 'packet.unknown-centre'],
  [
    'an image that is none',
    { photo: { type: 'image/jpeg', data: Buffer.from('GIF89a no, not really') } },
    'sample.not-an-image',
  ],
  [
    'half an image',
    { photo: { ...face, data: face.data.subarray(0, 3000) } },
    'sample.not-an-image',
  ],
  ['no face', { photo: aWall() }, 'sample.no-face'],
  ['two faces', { photo: twoFaces() }, 'sample.several-faces'],
  ['a poor picture', { photo: aFarFace() }, 'sample.poor-quality'],
]

testOn('sqlite')('each is rejected under its own code', async (t) => {
  const registry = await withRegistry(t)
  for (const [what, parts, reason, fields] of cases) {
    const view = await untilState(
      registry,
      await registry.enrol(parts),
      'rejected',
      'done',
      'waiting',
      'parked',
    )
    t.is(view.state, 'rejected', what)
    t.is(view.reason, reason, what)
    t.deepEqual(view.reasonFields, fields, what)
  }
  for (const table of ['packet_seal', 'identity', 'demographic_key', 'job', 'job_dead']) {
    const found = await row<{ n: number }>(registry.ctx.db, `SELECT COUNT(*) AS n FROM ${table}`)
    t.is(Number(found?.n), 0, table)
  }
})

testOn('sqlite')('who can be told is told, in his language', async (t) => {
  const registry = await withRegistry(t)
  const identity = anIdentity({ preferredLang: 'fra', email: 'loin@example.org' })
  const rid = await registry.enrol({ identity, photo: aWall() })
  await untilState(registry, rid, 'rejected', 'done', 'waiting', 'parked')
  for (let tries = 0; tries < 100; tries++) {
    const answer = await fetch(`${registry.url}/sandbox/inbox?to=loin@example.org`)
    const messages = (await answer.json()) as { text: string }[]
    if (messages.length === 2) {
      t.true(messages.some(({ text }) => text.includes('la photographie n’est pas utilisable')))
      return
    }
    await sleep(50)
  }
  t.fail('no message of the rejection')
})
