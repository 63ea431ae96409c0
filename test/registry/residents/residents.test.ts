/** The sandbox's people through the registry's door: found by their numbers, read with a leaf for every read. */

import { entriesOf } from '#kernel/audit/audit.ts'
import { loadSandbox } from '#kernel/config/sandbox.ts'
import { transaction } from '#kernel/db/db.ts'
import {
  channelsOf,
  createVid,
  isActive,
  languageOf,
  listVids,
  type PersonId,
  partnerToken,
  readClaims,
  readIdentity,
  resolveIdentifier,
  revealUin,
  seedSandbox,
  useIdentifier,
} from '#registry'
import { execute, row } from '../../../src/kernel/db/db.ts'
import { countIdentities } from '../../../src/registry/identity/store.ts'
import { withRegistryContext } from '../../support/registry.ts'
import { testOn } from '../../support/servers.ts'

const reading = { actor: { type: 'relying-party', id: 'bank' }, purpose: 'login' } as const
const resident = { type: 'resident', id: 'self' } as const

for (const engine of ['sqlite', 'mariadb'] as const) {
  testOn(engine)(`seeded once, under the numbers that the file says (${engine})`, async (t) => {
    const ctx = await withRegistryContext(t, { engine })
    const { persons } = loadSandbox(ctx)
    await Promise.all([seedSandbox(ctx), seedSandbox(ctx)])
    await seedSandbox(ctx)
    t.is(await countIdentities(ctx.db), persons.length)
    for (const { uin, vids = [] } of persons) {
      const found = await resolveIdentifier(ctx, uin)
      t.is(found?.by, 'uin')
      for (const { vid } of vids)
        t.deepEqual(await resolveIdentifier(ctx, vid), { person: found?.person, by: 'vid' })
      t.is((await listVids(ctx, found?.person ?? '')).length, vids.length)
    }
    const stored = JSON.stringify(await row(ctx.db, 'SELECT * FROM identity LIMIT 1'))
    for (const { uin } of persons) t.false(stored.includes(uin), 'a UIN in clear')
  })

  testOn(engine)(`a one-time number serves as often as its policy says (${engine})`, async (t) => {
    const ctx = await withRegistryContext(t, { engine })
    const { person, uin } = await somebody(ctx)
    const { transactionsAllowed = 0 } =
      ctx.country.vidTypes.find(({ type }) => type === 'OneTimeUse') ?? {}
    const vid = await createVid(ctx, person, 'OneTimeUse', resident)
    const use = (text: string) => transaction(ctx, (tx) => useIdentifier(ctx, tx, text))
    // Looking does not spend.
    for (let i = 0; i < 5; i++) t.is((await resolveIdentifier(ctx, vid))?.person, person)
    const used = await Promise.all(Array.from({ length: 8 }, () => use(vid)))
    t.is(used.filter(Boolean).length, transactionsAllowed)
    t.is(await resolveIdentifier(ctx, vid), undefined)
    t.true(await use(uin))
    t.false(await use('123'))
  })
}

testOn('sqlite')('numbers as people type them, and what is none', async (t) => {
  const ctx = await withRegistryContext(t)
  const { person, uin } = await somebody(ctx)
  const spaced = uin.match(/.{1,4}/g)?.join(' ') ?? ''
  const arabicDigits = [...uin].map((digit) => String.fromCharCode(0xff10 + Number(digit))).join('')
  for (const text of [uin, spaced, ` ${spaced}\n`, spaced.replaceAll(' ', '-'), arabicDigits])
    t.is((await resolveIdentifier(ctx, text))?.person, person, text)
  const wrongDigit = uin.slice(0, -1) + ((Number(uin.at(-1)) + 1) % 10)
  for (const text of ['', 'x', wrongDigit, `${uin}0`, '9'.repeat(1000), "' OR 1=1 --"])
    t.is(await resolveIdentifier(ctx, text), undefined, text)
})

testOn('sqlite')('nobody is found who is not active', async (t) => {
  const ctx = await withRegistryContext(t)
  const { person, uin, vid } = await somebody(ctx)
  t.true(await isActive(ctx, person))
  await transaction(ctx, (tx) =>
    execute(tx, "UPDATE identity SET status = 'deactivated' WHERE person = ?", [person]),
  )
  t.false(await isActive(ctx, person))
  t.deepEqual(await readClaims(ctx, person, ['name'], reading), {})
  t.is(await resolveIdentifier(ctx, uin), undefined)
  t.is(await resolveIdentifier(ctx, vid), undefined)
  t.false(await isActive(ctx, 'nobody' as PersonId))
})

testOn('sqlite')('each read leaves one leaf that says what and why, not the values', async (t) => {
  const ctx = await withRegistryContext(t)
  const { person } = await somebody(ctx)
  const leaves = async () =>
    (await entriesOf(ctx, person, { limit: 50 })).filter(({ kind }) => kind === 'identity.read')
  const claims = await readClaims(ctx, person, ['name', 'birthdate'], reading, {
    languages: ['fr'],
  })
  t.like(claims, { name: 'Leïla Mansour', 'name#en': 'Layla Mansour', birthdate: '1990-03-27' })
  const [leaf, ...more] = await leaves()
  t.deepEqual(more, [])
  t.deepEqual(leaf?.actor, reading.actor)
  t.deepEqual(leaf?.content, { purpose: 'login', claims: ['name', 'birthdate'] })
  const view = await readIdentity(ctx, person, reading)
  t.like(view, { status: 'active', version: 1, fields: { gender: 'FLE' } })
  t.regex(view?.uinMasked ?? '', /^•{4} •{4} 9184$/)
  t.is((await revealUin(ctx, person, reading))?.slice(-4), '9184')
  t.is((await leaves()).length, 3)
  t.deepEqual(await readClaims(ctx, 'nobody' as PersonId, ['name'], reading), {})
  t.is(await readIdentity(ctx, 'nobody' as PersonId, reading), undefined)
})

testOn('sqlite')('channels, language, tokens', async (t) => {
  const ctx = await withRegistryContext(t)
  const { person } = await somebody(ctx)
  t.deepEqual(await channelsOf(ctx, person), [
    { channel: 'email', address: 'layla.mansour@example.org', masked: 'l••••@example.org' },
    { channel: 'sms', address: '+999401000001', masked: '••••••01' },
  ])
  t.is(await languageOf(ctx, person), 'en')
  t.deepEqual(await channelsOf(ctx, 'nobody' as PersonId), [])
  t.is(await languageOf(ctx, 'nobody' as PersonId), 'en')
  const token = partnerToken(ctx, person, 'bank')
  t.regex(token, /^\d{36}$/)
  t.is(partnerToken(ctx, person, 'bank'), token)
  t.not(partnerToken(ctx, person, 'clinic'), token)
})

/** Layla Mansour, first of the sandbox. */
async function somebody(ctx: Awaited<ReturnType<typeof withRegistryContext>>) {
  await seedSandbox(ctx)
  const [first] = loadSandbox(ctx).persons
  const found = await resolveIdentifier(ctx, first?.uin ?? '')
  if (first === undefined || found === undefined) throw new Error('the sandbox is empty')
  return { person: found.person, uin: first.uin, vid: first.vids?.[0]?.vid ?? '' }
}
