// The dialect module under Sequelize itself: what its sqlite dialect asks of node-sqlite3.
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { DataTypes, Sequelize, Transaction, UniqueConstraintError } from 'sequelize'
import { row, transaction } from '#kernel/db/db.ts'
import { openDatabase } from '#kernel/db/open.ts'
import { createDialectModule, openHandle } from '#kernel/db/sqlite/dialect.ts'
import { createMutex } from '#kernel/db/sqlite/mutex.ts'
import { dataFolder } from '../../support/servers.ts'

const open = (t: ExecutionContext) => {
  const opened: string[] = []
  const dialect = createDialectModule((file) => {
    opened.push(file)
    return openHandle(file, 'PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON')
  })
  const sequelize = new Sequelize({
    dialect: 'sqlite',
    dialectModule: dialect.module,
    storage: join(dataFolder(t), 'test.sqlite'),
    logging: false,
  })
  t.teardown(() => dialect.shutdown())
  const thing = sequelize.define('thing', {
    n: { type: DataTypes.INTEGER, autoIncrement: true, primaryKey: true },
    code: { type: DataTypes.STRING, unique: true },
    body: DataTypes.BLOB,
    big: DataTypes.BIGINT,
  })
  return { sequelize, thing, opened }
}

test('models: create, find, bulk ids, update, destroy, unique errors', async (t) => {
  const { sequelize, thing } = open(t)
  await sequelize.sync()
  const made = await thing.create({ code: 'a', body: Buffer.from([1, 0]), big: '9007199254740993' })
  t.is(made.get('n'), 1)
  const many = await thing.bulkCreate([{ code: 'b' }, { code: 'c' }])
  t.deepEqual(
    many.map((each) => each.get('n')),
    [2, 3],
  )
  const found = await thing.findByPk(1, { raw: true })
  t.like(found, { code: 'a', body: Buffer.from([1, 0]), big: '9007199254740993' })
  t.deepEqual(
    await thing.update({ code: 'z' }, { where: { n: [2, 3, 9] } }).catch(String),
    'SequelizeUniqueConstraintError: Validation error',
  )
  t.deepEqual(await thing.update({ big: 5 }, { where: { n: [2, 3, 9] } }), [2])
  const error = await t.throwsAsync(thing.create({ code: 'a' }), {
    instanceOf: UniqueConstraintError,
  })
  t.deepEqual(
    error?.errors.map(({ path }) => path),
    ['code'],
  )
  t.is(await thing.destroy({ where: { n: 1 } }), 1)
  t.is(await thing.count(), 2)
})

test('transactions roll back, and take native handles from a stock', async (t) => {
  const { sequelize, thing, opened } = open(t)
  await sequelize.sync()
  const type = Transaction.TYPES.IMMEDIATE
  for (let n = 0; n < 20; n += 1)
    await sequelize.transaction({ type }, (tx) =>
      thing.create({ code: `${n}` }, { transaction: tx }),
    )
  await t.throwsAsync(
    sequelize.transaction({ type }, async (tx) => {
      await thing.create({ code: 'lost' }, { transaction: tx })
      throw new Error('no')
    }),
    { message: 'no' },
  )
  t.is(await thing.count(), 20)
  t.is(opened.length, 2)
})

test.serial('a long chain of statements leaves turns to timers', async (t) => {
  const db = await openDatabase({ url: 'sqlite:', poolSize: 1, dataDir: dataFolder(t) })
  t.teardown(() => db.close())
  let ticks = 0
  const timer = setInterval(() => {
    ticks += 1
  }, 5)
  const startedAt = performance.now()
  while (performance.now() - startedAt < 200) await row(db, 'SELECT 1 AS one')
  clearInterval(timer)
  t.true(ticks >= 5, `${ticks} ticks in 200 ms`)
})

test('a COMMIT that fails leaves the database usable', async (t) => {
  const db = await openDatabase({ url: 'sqlite:', poolSize: 1, dataDir: dataFolder(t) })
  t.teardown(() => db.close())
  const ctx = { db }
  const run = (sql: string) => transaction(ctx, (tx) => row(tx, sql))
  await run('CREATE TABLE parent (id INTEGER PRIMARY KEY)')
  await run(
    'CREATE TABLE child (id INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED) STRICT',
  )
  const warn = console.warn
  console.warn = () => {}
  t.teardown(() => {
    console.warn = warn
  })
  await t.throwsAsync(run('INSERT INTO child VALUES (7)'))
  await run('INSERT INTO parent VALUES (1)')
  t.deepEqual(
    await row(db, 'SELECT (SELECT COUNT(*) FROM child) AS c, COUNT(*) AS p FROM parent'),
    {
      c: 0,
      p: 1,
    },
  )
})

test('reads outside of a transaction cannot write; undefined is refused', async (t) => {
  const db = await openDatabase({ url: 'sqlite:', poolSize: 1, dataDir: dataFolder(t) })
  t.teardown(() => db.close())
  await transaction({ db }, (tx) => row(tx, 'CREATE TABLE thing (id TEXT)'))
  await t.throwsAsync(row(db, "INSERT INTO thing VALUES ('a')"))
  const nothing = [undefined] as unknown as string[]
  await t.throwsAsync(row(db, 'SELECT ?', nothing), { instanceOf: TypeError })
})

test('the mutex runs one task at a time, in order, also after a throw', async (t) => {
  const alone = createMutex(1000)
  const order: string[] = []
  await Promise.all(
    ['a', 'b', 'c', 'd'].map((name) =>
      alone(async () => {
        order.push(`${name}-`)
        await sleep(Math.random() * 5)
        order.push(`-${name}`)
        if (name === 'b') throw new Error('no')
      }).catch(() => {}),
    ),
  )
  t.is(order.join(''), 'a--ab--bc--cd--d')
})

test('who waits too long for the mutex is refused, and the rest go on', async (t) => {
  const alone = createMutex(50)
  const nested = alone(() => alone(async () => 'never'))
  await t.throwsAsync(nested, { code: 'database.busy' })
  t.is(await alone(async () => 'next'), 'next')
})
