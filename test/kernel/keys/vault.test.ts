import { randomBytes } from 'node:crypto'
import type { ExecutionContext } from 'ava'
import fc from 'fast-check'
import { type Database, execute, rows, transaction } from '../../../src/kernel/db/db.ts'
import { migrate } from '../../../src/kernel/db/migrate.ts'
import { openDatabase } from '../../../src/kernel/db/open.ts'
import type { KeyStore } from '../../../src/kernel/keys/keys.ts'
import { openVault } from '../../../src/kernel/keys/open-vault.ts'
import type { Place, Vault } from '../../../src/kernel/keys/vault.ts'
import { vaultMigrations } from '../../../src/kernel/keys/vault-migrations.ts'
import { withKeyStore } from '../../support/key-store.ts'
import { databaseUrl, dataFolder, testOn } from '../../support/servers.ts'

interface House {
  readonly db: Database
  readonly keys: KeyStore
  /** One more process over the same database and keys. */
  another(): Promise<Vault>
}
const withHouse = async (t: ExecutionContext, engine: 'sqlite' | 'mariadb'): Promise<House> => {
  const dataDir = dataFolder(t)
  const keys = await withKeyStore(t, { dataDir })
  const db = await openDatabase({ url: await databaseUrl(t, engine), poolSize: 5, dataDir })
  t.teardown(() => db.close())
  await migrate(db, vaultMigrations)
  const now = () => new Date()
  return { db, keys, another: () => openVault({ db, keys, now, random: randomBytes }) }
}

const place: Place = { table: 'identity', column: 'fields', row: 'r-1', version: 3 }
const unreadable = { code: 'vault.unreadable' }

for (const engine of ['sqlite', 'mariadb'] as const) {
  const test = testOn(engine)

  test(`${engine}: what was sealed opens at its place, and is not in the text`, async (t) => {
    const vault = await (await withHouse(t, engine)).another()
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 0, maxLength: 300 }), async (plain) => {
        const sealed = await vault.seal(place, plain)
        t.regex(sealed, /^v1\.[\w-]{22}\.[\w-]{16}\.[\w-]*\.[\w-]{22}$/)
        t.deepEqual(new Uint8Array(await vault.open(place, sealed)), plain)
      }),
      { numRuns: 50 },
    )
    const text = await vault.seal(place, 'Müller, عمر')
    t.is((await vault.open(place, text)).toString(), 'Müller, عمر')
    t.not(await vault.seal(place, 'twice'), await vault.seal(place, 'twice'))
  })

  test(`${engine}: a value moved to any other place does not open`, async (t) => {
    const vault = await (await withHouse(t, engine)).another()
    const name = fc.string({ maxLength: 8 })
    const anywhere: fc.Arbitrary<Required<Place>> = fc.record({
      table: name,
      column: name,
      row: name,
      version: fc.nat(20),
    })
    const same = (a: Required<Place>, b: Required<Place>) =>
      a.table === b.table && a.column === b.column && a.row === b.row && a.version === b.version
    await fc.assert(
      fc.asyncProperty(anywhere, anywhere, async (from, to) => {
        const sealed = await vault.seal(from, 'x')
        if (same(from, to)) await t.notThrowsAsync(() => vault.open(to, sealed))
        else await t.throwsAsync(() => vault.open(to, sealed), unreadable)
      }),
      { numRuns: 200 },
    )
    // without length prefixes these would be one place
    const sealed = await vault.seal({ table: 'ab', column: 'c', row: '1' }, 'x')
    await t.throwsAsync(
      () => vault.open({ table: 'a', column: 'bc', row: '1' }, sealed),
      unreadable,
    )
    await t.throwsAsync(
      () => vault.open({ table: 'ab', column: 'c', row: '1', version: 1 }, sealed),
      unreadable,
    )
  })

  test(`${engine}: one flipped bit anywhere in the text does not open`, async (t) => {
    const vault = await (await withHouse(t, engine)).another()
    const sealed = Buffer.from(await vault.seal(place, 'personal data'))
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const altered = Buffer.from(sealed)
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      await t.throwsAsync(() => vault.open(place, altered.toString('latin1')), unreadable)
    }
    for (const wrong of ['', 'v1', 'v1....', `${sealed}.`, `v2${sealed.subarray(2)}`, ` ${sealed}`])
      await t.throwsAsync(() => vault.open(place, wrong), unreadable, wrong)
    const [v, id, iv, content, tag = ''] = sealed.toString().split('.')
    const shortTag = [v, id, iv, content, tag.slice(0, 16)].join('.')
    await t.throwsAsync(() => vault.open(place, shortTag), unreadable, 'a shorter tag')
  })

  test(`${engine}: a lookup is the same in every process, for good, and differs by index`, async (t) => {
    const house = await withHouse(t, engine)
    const [a, b] = await Promise.all([house.another(), house.another()])
    const known = a.lookup('identity.uin', '274967381052')
    t.regex(known, /^[\w-]{43}$/)
    t.is(b.lookup('identity.uin', '274967381052'), known)
    t.not(a.lookup('vid.vid', '274967381052'), known)
    t.not(a.lookup('identity.uin', '274967381053'), known)
    await a.rotate()
    await house.keys.rotate('data')
    await house.keys.rotate('lookup')
    t.is((await house.another()).lookup('identity.uin', '274967381052'), known)
  })

  test(`${engine}: rotation makes a new key for new values, and old values stay readable`, async (t) => {
    const house = await withHouse(t, engine)
    const [a, b] = await Promise.all([house.another(), house.another()])
    const keyOf = (sealed: string) => sealed.split('.')[1]
    const old = await a.seal(place, 'old')
    t.is(keyOf(await b.seal(place, 'old')), keyOf(old), 'two processes start with one key')
    await a.rotate()
    const fresh = await a.seal(place, 'fresh')
    t.not(keyOf(fresh), keyOf(old))
    await house.keys.rotate('data')
    await a.rotate()
    for (const vault of [a, b, await house.another()]) {
      t.is((await vault.open(place, old)).toString(), 'old')
      t.is((await vault.open(place, fresh)).toString(), 'fresh')
    }
  })

  test(`${engine}: rotations at the same time leave one newest key`, async (t) => {
    const house = await withHouse(t, engine)
    const vaults = await Promise.all(Array.from({ length: 8 }, () => house.another()))
    await Promise.all(vaults.map((vault) => vault.rotate()))
    const sealed = await Promise.all(vaults.map((vault) => vault.seal(place, 'x')))
    for (const vault of vaults)
      for (const value of sealed) t.is((await vault.open(place, value)).toString(), 'x')
    const found = await rows<{ generation: number }>(
      house.db,
      'SELECT generation FROM data_key WHERE purpose = ?',
      ['data'],
    )
    t.is(new Set(found.map(({ generation }) => generation)).size, found.length)
  })

  test(`${engine}: a wrapped key opens only as the row it was made for`, async (t) => {
    const house = await withHouse(t, engine)
    const vault = await house.another()
    const sealed = await vault.seal(place, 'x')
    await transaction(house, (tx) => execute(tx, 'UPDATE data_key SET generation = 7'))
    await t.throwsAsync(() => house.another(), { code: 'keys.undecipherable' })
    await transaction(house, (tx) => execute(tx, 'DELETE FROM data_key'))
    const without = await house.another()
    await t.throwsAsync(() => without.open(place, sealed), unreadable, 'its key is gone')
  })
}
