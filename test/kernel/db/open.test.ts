import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import mysql from 'mysql2/promise'
import { execute, insert, row, transaction } from '#kernel/db/db.ts'
import { openMariadb } from '#kernel/db/mariadb/open.ts'
import { migrate } from '#kernel/db/migrate.ts'
import { openDatabase } from '#kernel/db/open.ts'
import { id, integer, type Migration } from '#kernel/db/schema.ts'
import { databaseUrl, dataFolder, freePort, startMariadb, testOn } from '../../support/servers.ts'
import { until } from '../../support/until.ts'

const CHILD = fileURLToPath(new URL('../../support/database-child.ts', import.meta.url))
const sqlite = testOn('sqlite')
const mariadb = testOn('mariadb')
const open = (dataDir: string, url = 'sqlite:') => openDatabase({ url, poolSize: 10, dataDir })
const migrations: readonly Migration[] = [
  {
    name: 'test/0001-thing',
    up: (schema) => schema.createTable('thing', { id, n: integer }, { primary: ['id'] }),
  },
]

sqlite(
  'a second process is refused; the lock ends with kill -9, and what was committed is there',
  async (t) => {
    const folder = dataFolder(t)
    const child = fork(CHILD, [folder])
    await once(child, 'message')
    await t.throwsAsync(open(folder), { code: 'database.in-use' })
    child.kill('SIGKILL')
    await once(child, 'exit')
    const db = await open(folder)
    t.deepEqual(await row(db, 'SELECT COUNT(*) AS n FROM thing'), { n: 1 })
    await t.throwsAsync(open(folder), { code: 'database.in-use' }, 'nor twice in one process')
    await db.close()
    await (await open(folder)).close()
  },
)

sqlite('the files are for their owner only', async (t) => {
  const folder = dataFolder(t)
  const db = await open(folder)
  t.teardown(() => db.close())
  await migrate(db, migrations)
  for (const name of ['plinth.sqlite', 'plinth.sqlite-wal', 'plinth.sqlite-shm'])
    t.is(statSync(join(folder, name)).mode & 0o777, 0o600, name)
})

sqlite(
  'a file that cannot grow is told as such, and is whole when there is room again',
  async (t) => {
    const db = await open(dataFolder(t))
    t.teardown(() => db.close())
    await migrate(db, migrations)
    const limit = (pages: number) =>
      transaction({ db }, (tx) => row(tx, `PRAGMA max_page_count = ${pages}`))
    const fill = (rows: number) =>
      transaction({ db }, async (tx) => {
        for (let n = 0; n < rows; n += 1) await insert(tx, 'thing', { id: `${n}`.padStart(36), n })
      })
    await limit(1)
    await t.throwsAsync(fill(1000), { code: 'database.unwritable' })
    t.deepEqual(await row(db, 'SELECT COUNT(*) AS n FROM thing'), { n: 0 })
    await limit(10_000)
    await fill(1000)
    t.deepEqual(await row(db, 'SELECT COUNT(*) AS n FROM thing'), { n: 1000 })
  },
)

sqlite('a file that is no lock, or cannot be one, is not told as taken', async (t) => {
  const folder = dataFolder(t)
  mkdirSync(join(folder, 'plinth.sqlite-lock'))
  await t.throwsAsync(open(folder), { code: 'database.unwritable' })
})

sqlite('a URL of another kind is refused', async (t) => {
  for (const url of ['', 'sqlite:///elsewhere.db', 'postgres://localhost/x', 'mysql://['])
    await t.throwsAsync(open(dataFolder(t), url), { code: 'database.bad-url' }, url)
})

sqlite('a database that does not answer is refused within its time', async (t) => {
  const at = performance.now()
  await t.throwsAsync(open('', `mysql://root@127.0.0.1:${await freePort()}/x`), {
    code: 'database.unreachable',
  })
  t.true(performance.now() - at < 8000)
})

mariadb('deadlocks are tried again until both are through', async (t) => {
  const db = await open('', await databaseUrl(t, 'mariadb'))
  t.teardown(() => db.close())
  await migrate(db, migrations)
  const ctx = { db }
  await transaction(ctx, async (tx) => {
    await insert(tx, 'thing', { id: 'a', n: 0 })
    await insert(tx, 'thing', { id: 'b', n: 0 })
  })
  let runs = 0
  const both = (first: string, second: string) =>
    transaction(ctx, async (tx) => {
      runs += 1
      await execute(tx, 'UPDATE thing SET n = n + 1 WHERE id = ?', [first])
      await new Promise((resolve) => setTimeout(resolve, 30))
      await execute(tx, 'UPDATE thing SET n = n + 1 WHERE id = ?', [second])
    })
  await Promise.all([both('a', 'b'), both('b', 'a'), both('a', 'b'), both('b', 'a')])
  t.deepEqual(await row(db, 'SELECT MIN(n) AS low, MAX(n) AS high FROM thing'), { low: 4, high: 4 })
  t.true(runs > 4, 'there was a deadlock')
})

mariadb('a server that goes away is an error, and one that comes back is used', async (t) => {
  const boot = async (port?: number) => {
    const server = await startMariadb(port === undefined ? {} : { port })
    if (!server) throw new Error('no mariadb')
    const connection = await mysql.createConnection(server.url)
    await connection.query('CREATE DATABASE here')
    await connection.end()
    return server
  }
  const first = await boot()
  const db = await open('', `${first.url}/here`)
  t.teardown(() => db.close())
  await migrate(db, migrations)
  process.kill(first.pid, 'SIGKILL')
  await first.stop()
  const at = performance.now()
  const away = { code: 'database.unreachable' }
  await t.throwsAsync(row(db, 'SELECT COUNT(*) AS n FROM thing'), away)
  await t.throwsAsync(
    transaction({ db }, (tx) => insert(tx, 'thing', { id: 'a', n: 1 })),
    away,
  )
  t.true(performance.now() - at < 12_000)
  const second = await boot(first.port)
  t.teardown(() => second.stop())
  await migrate(db, migrations)
  await transaction({ db }, (tx) => insert(tx, 'thing', { id: 'b', n: 1 }))
  t.deepEqual(await row(db, 'SELECT id FROM thing'), { id: 'b' })
})

mariadb(
  'a server that is silent is refused within the time, and used when it speaks',
  async (t) => {
    const server = await startMariadb()
    if (!server) return t.fail()
    t.teardown(() => server.stop())
    const connection = await mysql.createConnection(server.url)
    await connection.query('CREATE DATABASE here')
    await connection.end()
    const patience = { connectMs: 1000, acquireMs: 1500, statementMs: 500 }
    const db = await openMariadb(`${server.url}/here`, 2, patience)
    t.teardown(() => db.close())
    await migrate(db, migrations)
    const add = (id: string) => transaction({ db }, (tx) => insert(tx, 'thing', { id, n: 1 }))
    const away = { code: 'database.unreachable' }
    const began = Promise.withResolvers<void>()
    const frozen = Promise.withResolvers<void>()
    // One that is open when the server falls silent, and so meets it with a statement.
    const caught = transaction({ db }, async (tx) => {
      began.resolve()
      await frozen.promise
      await insert(tx, 'thing', { id: 'caught', n: 1 })
    })
    await began.promise
    process.kill(server.pid, 'SIGSTOP')
    t.teardown(() => process.kill(server.pid, 'SIGCONT'))
    // The signal needs a moment; a COMMIT that is on its way by then would be carried out later.
    await sleep(100)
    frozen.resolve()
    const at = performance.now()
    // The first waits for BEGIN, the next for a new connection, the rest for one of the pool.
    await Promise.all([
      t.throwsAsync(caught, away),
      ...['a', 'b', 'c', 'd'].map((id) => t.throwsAsync(add(id), away)),
      t.throwsAsync(row(db, 'SELECT 1 AS one'), away),
    ])
    t.true(performance.now() - at < 4000)
    process.kill(server.pid, 'SIGCONT')
    // A connection that was being made meanwhile may still end with an error, for whoever asks next.
    await until(() =>
      add('later').then(
        () => true,
        () => false,
      ),
    )
    t.deepEqual(await row(db, "SELECT id FROM thing WHERE id IN ('caught', 'later')"), {
      id: 'later',
    })
  },
)

mariadb('tries end: a conflict that stays is thrown', async (t) => {
  const db = await open('', await databaseUrl(t, 'mariadb'))
  t.teardown(() => db.close())
  let runs = 0
  const conflict = Object.assign(new Error('conflict'), { errno: 1213 })
  await t.throwsAsync(
    transaction({ db }, async () => {
      runs += 1
      throw conflict
    }),
    { is: conflict },
  )
  t.is(runs, 10)
  await t.throwsAsync(
    transaction({ db }, async () => {
      runs += 1
      throw new Error('other')
    }),
    { message: 'other' },
  )
  t.is(runs, 11)
})
