import type { ExecutionContext } from 'ava'
import { insert, row, rows, transaction } from '#kernel/db/db.ts'
import { migrate } from '#kernel/db/migrate.ts'
import { openDatabase } from '#kernel/db/open.ts'
import { ascii, id, integer, type Migration, optional, text } from '#kernel/db/schema.ts'
import { databaseUrl, dataFolder, testOn } from '../../support/servers.ts'

const first: Migration = {
  name: 'part/0001-thing',
  up: (schema) =>
    schema.createTable(
      'thing',
      { id, note: text, code: ascii(5) },
      { primary: ['id'], index: [['code']] },
    ),
}
const second: Migration = {
  name: 'part/0002-more',
  up: async (schema) => {
    await schema.addColumn('thing', 'n', optional(integer))
    await schema.addColumn('thing', 'code_two', optional(ascii(5)))
  },
}
const broken: Migration = {
  name: 'part/0003-broken',
  up: async (schema) => {
    await schema.createTable('half', { id }, { primary: ['id'] })
    throw new Error('cut off')
  },
}

for (const engine of ['sqlite', 'mariadb'] as const) {
  const test = testOn(engine)
  const open = async (t: ExecutionContext) => {
    const url = await databaseUrl(t, engine)
    const options = { url, poolSize: 3, dataDir: dataFolder(t) }
    const db = await openDatabase(options)
    t.teardown(() => db.close())
    return { db, options }
  }

  test(`${engine}: each migration runs once, later ones upon the earlier`, async (t) => {
    const { db } = await open(t)
    await migrate(db, [first])
    await transaction({ db }, (tx) => insert(tx, 'thing', { id: 'a', note: '', code: 'x' }))
    await migrate(db, [first, second])
    await migrate(db, [first, second])
    t.like(await row(db, 'SELECT * FROM thing'), { id: 'a', n: null, code_two: null })
    await t.throwsAsync(
      transaction({ db }, (tx) =>
        insert(tx, 'thing', { id: 'b', note: '', code: 'x', code_two: 'too long' }),
      ),
    )
    const log = await rows<{ name: string; at: number }>(
      db,
      'SELECT * FROM schema_migration ORDER BY name',
    )
    t.deepEqual(
      log.map(({ name }) => name),
      ['part/0001-thing', 'part/0002-more'],
    )
    t.true(Math.abs((log[0]?.at ?? 0) - Date.now() / 1000) < 60)
  })

  test(`${engine}: a database of a newer version is refused`, async (t) => {
    const { db } = await open(t)
    await migrate(db, [first, second])
    await t.throwsAsync(migrate(db, [first]), { code: 'database.unknown-migration' })
  })

  test(`${engine}: names are checked`, async (t) => {
    const { db } = await open(t)
    await t.throwsAsync(migrate(db, [first, first]))
    await t.throwsAsync(migrate(db, [{ ...first, name: 'thing' }]))
  })

  test(`${engine}: a migration that was cut off runs again from its start`, async (t) => {
    const { db } = await open(t)
    await t.throwsAsync(migrate(db, [first, broken]), { message: /cut off/ })
    await migrate(db, [
      first,
      {
        name: broken.name,
        up: (schema) => schema.createTable('half', { id }, { primary: ['id'] }),
      },
    ])
    t.deepEqual(await row(db, 'SELECT COUNT(*) AS n FROM half'), { n: 0 })
  })
}

testOn('mariadb')(
  'mariadb: four processes that migrate at once run each migration once',
  async (t) => {
    const url = await databaseUrl(t, 'mariadb')
    let runs = 0
    const counted: Migration = {
      ...first,
      up: async (schema) => {
        runs += 1
        await first.up(schema)
      },
    }
    const dbs = await Promise.all(
      Array.from({ length: 4 }, () => openDatabase({ url, poolSize: 2, dataDir: '' })),
    )
    t.teardown(() => Promise.all(dbs.map((db) => db.close())).then(() => {}))
    await Promise.all(dbs.map((db) => migrate(db, [counted, second])))
    t.is(runs, 1)
  },
)
