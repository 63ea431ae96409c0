import { randomUUID } from 'node:crypto'
import type { Actor } from '../../../src/kernel/audit/audit.ts'
import { transaction } from '../../../src/kernel/db/db.ts'
import { identifierMigrations } from '../../../src/registry/identifiers/migrations.ts'
import {
  createVid,
  listVids,
  personOfVid,
  revokeVid,
  spendVid,
} from '../../../src/registry/identifiers/vid.ts'
import { type ContextOptions, withContext } from '../../support/context.ts'
import { testOn } from '../../support/servers.ts'

const actor: Actor = { type: 'system', id: 'test' }
const eight = Array.from({ length: 8 })

for (const engine of ['sqlite', 'mariadb'] as const) {
  const test = testOn(engine)
  const options: ContextOptions = { engine, migrations: identifierMigrations }

  test(`${engine}: a VID names its person until it is revoked`, async (t) => {
    const ctx = await withContext(t, options)
    const person = randomUUID()
    const vid = await createVid(ctx, person, 'Temporary', actor)
    t.is(await personOfVid(ctx, ctx.db, vid), person)
    t.false(await revokeVid(ctx, randomUUID(), vid, actor))
    t.true(await revokeVid(ctx, person, vid, actor))
    t.false(await revokeVid(ctx, person, vid, actor))
    t.is(await personOfVid(ctx, ctx.db, vid), undefined)
    t.is((await listVids(ctx, person))[0]?.status, 'REVOKED')
  })

  test(`${engine}: a temporary VID expires`, async (t) => {
    let now = new Date('2026-01-01T00:00:00Z')
    const ctx = await withContext(t, { ...options, now: () => now })
    const person = randomUUID()
    const vid = await createVid(ctx, person, 'Temporary', actor)
    now = new Date('2026-01-01T00:30:00Z')
    t.is(await personOfVid(ctx, ctx.db, vid), undefined)
    t.is((await listVids(ctx, person))[0]?.status, 'EXPIRED')
    t.false(await transaction(ctx, (tx) => spendVid(ctx, tx, vid)))
  })

  test(`${engine}: of eight simultaneous uses of a temporary VID two succeed`, async (t) => {
    const ctx = await withContext(t, options)
    const person = randomUUID()
    const vid = await createVid(ctx, person, 'Temporary', actor)
    const spent = await Promise.all(
      eight.map(() => transaction(ctx, (tx) => spendVid(ctx, tx, vid))),
    )
    t.is(spent.filter(Boolean).length, 2)
    t.is((await listVids(ctx, person))[0]?.status, 'USED')
  })

  test(`${engine}: of eight simultaneous requests five temporary VIDs are given`, async (t) => {
    const ctx = await withContext(t, options)
    const person = randomUUID()
    const results = await Promise.allSettled(
      eight.map(() => createVid(ctx, person, 'Temporary', actor)),
    )
    t.is(results.filter(({ status }) => status === 'fulfilled').length, 5)
    for (const result of results) {
      if (result.status === 'rejected') t.is(result.reason.code, 'vid.too-many')
    }
  })

  test(`${engine}: a new perpetual VID pushes out the old one`, async (t) => {
    const ctx = await withContext(t, options)
    const person = randomUUID()
    const first = await createVid(ctx, person, 'Perpetual', actor)
    const second = await createVid(ctx, person, 'Perpetual', actor)
    t.is(await personOfVid(ctx, ctx.db, first), undefined)
    t.is(await personOfVid(ctx, ctx.db, second), person)
  })

  test(`${engine}: an unknown kind, a foreign text`, async (t) => {
    const ctx = await withContext(t, options)
    await t.throwsAsync(createVid(ctx, randomUUID(), 'Forever', actor), {
      code: 'vid.type-unknown',
    })
    t.is(await personOfVid(ctx, ctx.db, "' OR 1=1 --"), undefined)
  })
}
