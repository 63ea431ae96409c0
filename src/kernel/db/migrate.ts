import assert from 'node:assert/strict'
import type { Database } from './db.ts'
import { mariadbSchema, sqliteSchema } from './ddl.ts'
import { asEngine, type Runner } from './engine.ts'
import { databaseProblem } from './problems.ts'
import { ascii, bigint, type Migration, type Schema } from './schema.ts'

const LOG_TABLE = 'schema_migration'
/** Seconds since 1970; for people who read the log. */
const CLOCK = { sqlite: 'unixepoch()', mariadb: 'UNIX_TIMESTAMP()' } as const

/**
 * Runs what is pending, in the order given, alone among all processes. On SQLite all of it or nothing commits.
 * The list must be whole whatever parts run: a name in the log that it lacks means that a newer version migrated
 * this database. Throws `database.unknown-migration`.
 */
export const migrate = async (db: Database, migrations: readonly Migration[]): Promise<void> => {
  const names = migrations.map(({ name }) => name)
  assert.equal(new Set(names).size, names.length, 'two migrations of one name')
  for (const name of names) assert.match(name, /^[a-z-]+\/\d{4}-[a-z0-9-]+$/)
  await asEngine(db).alone(async (runner) => {
    const schema = db.engine === 'sqlite' ? sqliteSchema(runner) : mariadbSchema(runner)
    const executed = await readLog(db, runner, schema)
    const unknown = executed.filter((name) => !names.includes(name))
    if (unknown.length > 0)
      throw databaseProblem('database.unknown-migration', { detail: { migrations: unknown } })
    if (executed.length < names.length) await runPending(db.engine, migrations, schema, runner)
  })
}

const readLog = async (db: Database, runner: Runner, schema: Schema): Promise<string[]> => {
  const { rows: tables } = await runner.run(
    db.engine === 'sqlite'
      ? "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?"
      : 'SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?',
    [LOG_TABLE],
  )
  if (tables.length === 0)
    await schema.createTable(LOG_TABLE, { name: ascii(100), at: bigint }, { primary: ['name'] })
  const { rows } = await runner.run(`SELECT name FROM ${LOG_TABLE} ORDER BY at, name`, [])
  return rows.map((row) => String(row.name))
}

const runPending = async (
  engine: Database['engine'],
  migrations: readonly Migration[],
  schema: Schema,
  runner: Runner,
): Promise<void> => {
  // Loaded only when there is work: most starts have none.
  const { Umzug } = await import('umzug')
  const umzug = new Umzug({
    migrations: migrations.map(({ name, up }) => ({ name, up: () => up(schema) })),
    logger: undefined,
    storage: {
      async executed() {
        const { rows } = await runner.run(`SELECT name FROM ${LOG_TABLE}`, [])
        return rows.map((row) => String(row.name))
      },
      async logMigration({ name }) {
        await runner.run(`INSERT INTO ${LOG_TABLE} (name, at) VALUES (?, ${CLOCK[engine]})`, [name])
      },
      unlogMigration: () => Promise.reject(new Error('migrations only go forward')),
    },
  })
  await umzug.up()
}
