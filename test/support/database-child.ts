/** Owns a SQLite database, has committed one row and begun another, says so, and waits to be killed. */
import { insert, transaction } from '../../src/kernel/db/db.ts'
import { migrate } from '../../src/kernel/db/migrate.ts'
import { openDatabase } from '../../src/kernel/db/open.ts'
import { id, integer } from '../../src/kernel/db/schema.ts'

const db = await openDatabase({ url: 'sqlite:', poolSize: 1, dataDir: process.argv[2] ?? '' })
await migrate(db, [
  {
    name: 'test/0001-thing',
    up: (schema) => schema.createTable('thing', { id, n: integer }, { primary: ['id'] }),
  },
])
await transaction({ db }, (tx) => insert(tx, 'thing', { id: 'committed', n: 1 }))
await transaction({ db }, async (tx) => {
  await insert(tx, 'thing', { id: 'begun', n: 1 })
  process.send?.('begun')
  await new Promise((resolve) => setTimeout(resolve, 60_000))
})
