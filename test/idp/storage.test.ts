/** The adapter's contract (reference: openid.md appendix B) on every pair of stores, with real servers. */
import test, { type ExecutionContext } from 'ava'
import { idpMigrations } from '#idp'
import { row, rows } from '#kernel/db/db.ts'
import { ephemeralModels } from '../../src/idp/storage/ephemeral-models.ts'
import { hashOf, type ModelStore, type StorageContext } from '../../src/idp/storage/models.ts'
import { createSealer } from '../../src/idp/storage/sealed.ts'
import { purgeExpired, sqlModels } from '../../src/idp/storage/sql-models.ts'
import { type ContextOptions, withContext } from '../support/context.ts'
import { testOn } from '../support/servers.ts'

const pairs = [
  { name: 'SQLite and the embedded store', engine: 'sqlite', ephemeral: 'embedded' },
  { name: 'MariaDB and memory', engine: 'mariadb', ephemeral: 'memory' },
  { name: 'MariaDB and Redis', engine: 'mariadb', ephemeral: 'redis' },
] as const

interface Storage {
  readonly ctx: StorageContext
  readonly altered: string[]
  of(model: string): ModelStore
  tick(ms: number): void
}
const open = async (t: ExecutionContext, options: ContextOptions): Promise<Storage> => {
  let now = Date.now()
  const kernel = await withContext(t, {
    ...options,
    migrations: idpMigrations,
    now: () => new Date(now),
  })
  const altered: string[] = []
  const ctx = {
    ...kernel,
    sealer: createSealer(kernel),
    onAltered: (model: string) => void altered.push(model),
  }
  return {
    ctx,
    altered,
    of: (model) =>
      model === 'Grant' || model === 'RefreshToken'
        ? sqlModels(ctx, model)
        : ephemeralModels(ctx, model),
    tick: (ms) => {
      now += ms
    },
  }
}
const eight = <T>(work: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: 8 }, work))
const unique = (name: string) => `${name}-${Math.random().toString(36).slice(2)}${'x'.repeat(24)}`

for (const { name, engine, ephemeral } of pairs) {
  const on = testOn(ephemeral === 'redis' ? 'redis' : engine)

  on(`${name}: each model comes back as it was saved`, async (t) => {
    const storage = await open(t, { engine, ephemeral })
    for (const model of [
      'Interaction',
      'AuthorizationCode',
      'AccessToken',
      'Grant',
      'RefreshToken',
    ]) {
      const id = unique(model)
      const payload = {
        kind: model,
        jti: id,
        accountId: 'p1',
        clientId: 'c1',
        extra: { deep: ['é', null] },
      }
      const store = storage.of(model)
      await store.save(id, payload, 60)
      t.deepEqual(await store.find(id), payload, model)
      t.is(await store.find(`${id}y`), undefined)
      await store.destroy(id)
      t.is(await store.find(id), undefined)
    }
  })

  on(`${name}: a value is used once by eight at once, and find says so`, async (t) => {
    const storage = await open(t, { engine, ephemeral })
    for (const model of ['AuthorizationCode', 'PushedAuthorizationRequest', 'RefreshToken']) {
      const id = unique(model)
      const store = storage.of(model)
      await store.save(id, { kind: model, grantId: 'g' }, 60)
      const outcomes = await eight(() => store.consume(id))
      t.deepEqual(outcomes.toSorted(), [...Array<string>(7).fill('again'), 'first'], model)
      t.is(typeof (await store.find(id))?.consumed, 'number', model)
    }
  })

  on(`${name}: of eight equal assertions one is new`, async (t) => {
    const storage = await open(t, { engine, ephemeral })
    for (let round = 0; round < 5; round++) {
      const id = unique('jti')
      const inserted = await eight(() => storage.of('ReplayDetection').insert(id, {}, 60))
      t.is(inserted.filter(Boolean).length, 1)
    }
  })

  on(`${name}: nothing of a revoked grant is found, whenever it was written`, async (t) => {
    const storage = await open(t, { engine, ephemeral })
    const grantId = unique('grant')
    await storage.of('Grant').save(grantId, { kind: 'Grant' }, 60)
    const models = ['AccessToken', 'AuthorizationCode', 'RefreshToken']
    const save = (model: string, id: string) =>
      storage.of(model).save(id, { kind: model, grantId }, 60)
    const before = models.map((model) => [model, unique(model)] as const)
    for (const [model, id] of before) await save(model, id)
    const during = models.map((model) => [model, unique(model)] as const)
    const after = models.map((model) => [model, unique(model)] as const)
    await Promise.all([
      storage.of('Grant').revokeGrant(grantId),
      ...during.map(([model, id]) => save(model, id)),
    ])
    for (const [model, id] of after) await save(model, id)
    await storage.of('Grant').save(grantId, { kind: 'Grant' }, 60)
    for (const [model, id] of [...before, ...during, ...after]) {
      t.is(await storage.of(model).find(id), undefined, model)
    }
    t.is(await storage.of('Grant').find(grantId), undefined)
  })

  on(`${name}: a session is found by its uid after its id was renewed`, async (t) => {
    const storage = await open(t, { engine, ephemeral })
    const [old, fresh, uid] = [unique('old'), unique('new'), unique('uid')]
    const sessions = storage.of('Session')
    await sessions.save(old, { kind: 'Session', uid, accountId: 'p' }, 60)
    await sessions.destroy(old)
    await sessions.save(fresh, { kind: 'Session', uid, accountId: 'p' }, 60)
    t.is(await sessions.find(old), undefined)
    t.is((await sessions.find(fresh))?.jti, fresh)
    t.deepEqual(await sessions.findByUid(uid), await sessions.find(fresh))
    await sessions.destroy(fresh)
    t.is(await sessions.findByUid(uid), undefined)
  })

  on(`${name}: bearer values are in no row`, async (t) => {
    const storage = await open(t, { engine, ephemeral })
    const id = unique('secret')
    await storage
      .of('RefreshToken')
      .save(id, { kind: 'RefreshToken', jti: id, accountId: 'person-1' }, 60)
    const stored = JSON.stringify(await rows(storage.ctx.db, 'SELECT * FROM oidc_model'))
    t.false(stored.includes(id))
    t.false(stored.includes('person-1'))
    const code = unique('secret')
    await storage.of('AuthorizationCode').save(code, { jti: code, accountId: 'person-1' }, 60)
    const key = `oidc:AuthorizationCode:${hashOf(storage.ctx, 'AuthorizationCode', code)}`
    const value = await storage.ctx.ephemeral.get(key)
    t.truthy(value)
    t.false(value?.includes(code))
    t.false(Buffer.from(value?.split('.')[1] ?? '', 'base64url').includes('person-1'))
  })

  on(`${name}: a value altered or moved is not found, and is reported`, async (t) => {
    const storage = await open(t, { engine, ephemeral })
    const [one, two] = [unique('one'), unique('two')]
    const codes = storage.of('AuthorizationCode')
    await codes.save(one, { accountId: 'p1' }, 60)
    await codes.save(two, { accountId: 'p2' }, 60)
    const keyOf = (id: string) =>
      `oidc:AuthorizationCode:${hashOf(storage.ctx, 'AuthorizationCode', id)}`
    const value = (await storage.ctx.ephemeral.get(keyOf(one))) ?? ''
    await storage.ctx.ephemeral.set(keyOf(two), value, { ttlMs: 60_000 })
    t.is(await codes.find(two), undefined)
    const altered = `${value.slice(0, -2)}${value.endsWith('AA') ? 'BB' : 'AA'}`
    await storage.ctx.ephemeral.set(keyOf(one), altered, { ttlMs: 60_000 })
    t.is(await codes.find(one), undefined)
    t.deepEqual(storage.altered, ['AuthorizationCode', 'AuthorizationCode'])
  })

  on(`${name}: what has expired is gone, and is purged in batches`, async (t) => {
    const storage = await open(t, { engine, ephemeral })
    const ids = Array.from({ length: 230 }, (_, index) => unique(`g${index}`))
    for (const id of ids) await storage.of('Grant').save(id, { kind: 'Grant' }, 60)
    const kept = unique('kept')
    await storage.of('Grant').save(kept, { kind: 'Grant' }, 600)
    storage.tick(61_000)
    t.is(await storage.of('Grant').find(ids[0] ?? ''), undefined)
    t.is(await purgeExpired(storage.ctx), ids.length)
    t.truthy(await storage.of('Grant').find(kept))
    t.deepEqual(await row(storage.ctx.db, 'SELECT COUNT(*) AS n FROM oidc_model'), { n: 1 })
  })
}

test('the sealer opens yesterday’s values and refuses noise', async (t) => {
  let now = Date.parse('2026-01-01T23:59:59Z')
  const kernel = await withContext(t, { now: () => new Date(now) })
  const sealer = createSealer(kernel)
  const sealed = sealer.seal('a', 'é value')
  now += 2000
  t.is(sealer.open('a', sealed), 'é value')
  t.is(sealer.open('b', sealed), undefined)
  for (const noise of ['', '.', '1.', 'x.y', `${sealed}AAAA`, sealed.slice(3), '20454.AAAA']) {
    t.is(sealer.open('a', noise), undefined, noise)
  }
})
