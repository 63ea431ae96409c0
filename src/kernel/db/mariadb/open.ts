import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Sequelize } from 'sequelize'
import type { Row, Value } from '../db.ts'
import {
  type Answer,
  createSignals,
  type EngineDatabase,
  type EngineTx,
  type Runner,
} from '../engine.ts'
import { databaseProblem } from '../problems.ts'
import { isConflict, toVerbError } from './errors.ts'

/** Bounds of waiting, milliseconds. A caller waits for a connection, then for each of its statements. */
interface Patience {
  readonly connectMs: number
  /** For a connection of the pool. */
  readonly acquireMs: number
  /** For a statement, longer than the wait for a lock; its connection is thrown away. */
  readonly statementMs: number
}
const PATIENCE: Patience = { connectMs: 5_000, acquireMs: 10_000, statementMs: 12_000 }
const LOCK_WAIT_SECONDS = 10
const MIGRATION_LOCK_SECONDS = 120
/** A migration may rebuild a table of a whole country. */
const MIGRATION_STATEMENT_MS = 3_600_000
const SESSION = `SET SESSION sql_mode = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  time_zone = '+00:00', innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`

/** The few members of a mysql2 connection that we call; Sequelize's pool owns it. */
interface Connection {
  execute(
    options: { sql: string; values: readonly Value[] },
    done: (error: unknown, result: unknown) => void,
  ): void
  query(sql: string, done: (error: unknown) => void): void
  destroy(): void
}

/** Throws `database.bad-url`, `database.unreachable`. */
export const openMariadb = async (
  url: string,
  poolSize: number,
  patience = PATIENCE,
): Promise<EngineDatabase> => {
  const { statementMs } = patience
  const sequelize = await createSequelize(url, poolSize, patience)
  const manager = sequelize.connectionManager
  const signals = createSignals()
  const onConnection = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => {
    const connection = await manager.getConnection({ type: 'read' }).catch((error: unknown) => {
      throw toVerbError(error)
    })
    try {
      return await work(connection as Connection)
    } finally {
      manager.releaseConnection(connection)
    }
  }
  try {
    await onConnection((connection) => toRunner(connection, statementMs).run('SELECT 1', []))
  } catch (cause) {
    await sequelize.close()
    throw databaseProblem('database.unreachable', { cause })
  }
  return {
    engine: 'mariadb',
    signals,
    instance: randomUUID(),
    attempt: (work) =>
      onConnection((connection) => inTransaction(connection, signals, statementMs, work)),
    mayRetry: isConflict,
    run: (sql, values) =>
      onConnection((connection) => toRunner(connection, statementMs).run(sql, values)),
    alone: (work) =>
      onConnection((connection) => underLock(toRunner(connection, MIGRATION_STATEMENT_MS), work)),
    close: () => sequelize.close(),
  }
}

const createSequelize = async (
  url: string,
  poolSize: number,
  { connectMs, acquireMs, statementMs }: Patience,
): Promise<Sequelize> => {
  // Loaded only here: an embedded start does without it.
  const { default: mysql } = await import('mysql2')
  const { hostname, port, username, password, pathname, searchParams } = parseUrl(url)
  return new Sequelize({
    dialect: 'mysql',
    dialectModule: mysql,
    host: hostname,
    port: port === '' ? 3306 : Number(port),
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database: decodeURIComponent(pathname.slice(1)),
    logging: false,
    hooks: { afterConnect: (connection) => prepareSession(connection as Connection, statementMs) },
    // Both are read, and absent from the types. The version would be asked for over a connection of its own, and
    // the dialect does not use it; the time zone is set with the session.
    ...{ databaseVersion: '10.11.0', keepDefaultTimezone: true },
    pool: { max: poolSize, min: 0, acquire: acquireMs, idle: 60_000, evict: 10_000 },
    dialectOptions: {
      charset: 'utf8mb4_bin',
      // An UPDATE answers the rows that it matched, as SQLite does.
      flags: ['+FOUND_ROWS'],
      supportBigNumbers: true,
      bigNumberStrings: false,
      typeCast: true,
      connectTimeout: connectMs,
      maxPreparedStatements: 500,
      ...(searchParams.get('tls') === 'true' && { ssl: { rejectUnauthorized: true } }),
    },
  })
}

const parseUrl = (url: string): URL => {
  try {
    return new URL(url)
  } catch (cause) {
    throw databaseProblem('database.bad-url', { cause })
  }
}

const prepareSession = async (connection: Connection, timeout: number): Promise<void> => {
  await query(connection, SESSION, timeout)
  await query(connection, 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', timeout)
}

/** Not `sequelize.transaction`: that waits for a server that is silent without end, and costs more than all statements. */
const inTransaction = async <T>(
  connection: Connection,
  signals: EngineTx['signals'],
  timeout: number,
  work: (tx: EngineTx) => Promise<T>,
): Promise<T> => {
  let open = true
  const runner = toRunner(connection, timeout)
  const run: Runner['run'] = async (sql, values) => {
    // One that nobody awaited would otherwise land in the next transaction of this connection.
    assert(open, 'a statement after the end of its transaction')
    return runner.run(sql, values)
  }
  await query(connection, 'START TRANSACTION', timeout)
  try {
    const result = await work({ engine: 'mariadb', brand: 'Tx', signals, afterCommit: [], run })
    open = false
    await query(connection, 'COMMIT', timeout)
    return result
  } catch (error) {
    open = false
    // A connection that cannot roll back is never used again; the server rolls back what it left.
    await query(connection, 'ROLLBACK', timeout).catch(() => connection.destroy())
    throw error
  }
}

/** Of the text protocol, without values: what cannot be prepared, or need not be. */
const query = async (connection: Connection, sql: string, timeout: number): Promise<void> => {
  await answered(connection, timeout, (done) => connection.query(sql, done))
}

const toRunner = (connection: Connection, timeout: number): Runner => ({
  run: async (sql, values) => {
    const bound = values.map(toMariadb)
    return toAnswer(
      await answered(connection, timeout, (done) =>
        connection.execute({ sql, values: bound }, done),
      ),
    )
  },
})

/** Not mysql2's own `timeout`, which does not count while a statement is prepared. */
const answered = (
  connection: Connection,
  timeout: number,
  ask: (done: (error: unknown, result?: unknown) => void) => void,
): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      // The answer may still come: nobody may use that connection again.
      connection.destroy()
      reject(databaseProblem('database.unreachable'))
    }, timeout)
    ask((error, result) => {
      clearTimeout(timer)
      if (error) reject(toVerbError(error))
      else resolve(result)
    })
  })

const toMariadb = (value: Value | undefined): Value => {
  if (value === undefined) throw new TypeError('undefined is not an SQL value')
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'bigint') return value.toString()
  // mysql2 takes a plain Uint8Array for JSON.
  if (value instanceof Uint8Array && !Buffer.isBuffer(value))
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return value
}

const toAnswer = (result: unknown): Answer => {
  if (Array.isArray(result)) return { rows: result as Row[], matched: result.length }
  return { rows: [], matched: (result as { affectedRows: number }).affectedRows }
}

/** DDL commits by itself, so migrations hold a named lock of the server instead of a transaction. */
const underLock = async <T>(runner: Runner, work: (runner: Runner) => Promise<T>): Promise<T> => {
  const lock = "CONCAT('plinth.migrate.', DATABASE())"
  const { rows } = await runner.run(`SELECT GET_LOCK(${lock}, ?) AS taken`, [
    MIGRATION_LOCK_SECONDS,
  ])
  if (rows[0]?.taken !== 1) throw databaseProblem('database.in-use')
  try {
    return await work(runner)
  } finally {
    await runner.run(`SELECT RELEASE_LOCK(${lock})`, [])
  }
}
