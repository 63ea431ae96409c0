import { randomUUID } from 'node:crypto'
import { Sequelize, type Transaction } from 'sequelize'
import { type Row, UniqueViolation, type Value } from '../db.ts'
import {
  type Answer,
  createSignals,
  type EngineDatabase,
  type EngineTx,
  type Runner,
} from '../engine.ts'
import { databaseProblem } from '../problems.ts'

/** A statement that takes longer is a fault, milliseconds; its connection is thrown away. */
const STATEMENT_MS = 30_000
const CONNECT_MS = 5_000
/** Waiting for a connection of the pool, milliseconds. */
const ACQUIRE_MS = 15_000
const LOCK_WAIT_SECONDS = 10
const MIGRATION_LOCK_SECONDS = 120
const ER_DUP_ENTRY = 1062
/** ER_LOCK_DEADLOCK (Galera: a conflict between nodes, also at COMMIT), ER_LOCK_WAIT_TIMEOUT, ER_CHECKREAD. */
const RETRY_ERRNO = new Set([1213, 1205, 1020])
const RETRY_SQLSTATE = '40001'
const SESSION = `SET SESSION sql_mode = 'STRICT_ALL_TABLES,ONLY_FULL_GROUP_BY,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
  time_zone = '+00:00', innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS}`

/** The few members of a mysql2 connection that we call; Sequelize's pool owns it. */
interface Connection {
  execute(
    options: { sql: string; values: readonly Value[]; timeout: number },
    done: (error: unknown, result: unknown) => void,
  ): void
  query(sql: string, done: (error: unknown) => void): void
  destroy(): void
}

/** Throws `database.bad-url`, `database.unreachable`. */
export const openMariadb = async (url: string, poolSize: number): Promise<EngineDatabase> => {
  const sequelize = await createSequelize(url, poolSize)
  const manager = sequelize.connectionManager
  const signals = createSignals()
  const onConnection = async <T>(work: (runner: Runner) => Promise<T>): Promise<T> => {
    const connection = (await manager.getConnection({ type: 'read' })) as Connection
    try {
      return await work(toRunner(connection))
    } finally {
      manager.releaseConnection(connection)
    }
  }
  try {
    await onConnection((runner) => runner.run('SELECT 1', []))
  } catch (cause) {
    await sequelize.close()
    throw databaseProblem('database.unreachable', { cause })
  }
  return {
    engine: 'mariadb',
    signals,
    instance: randomUUID(),
    attempt: (work) =>
      sequelize.transaction((transaction) => work(toTx(connectionOf(transaction), signals))),
    mayRetry: isConflict,
    run: (sql, values) => onConnection((runner) => runner.run(sql, values)),
    alone: (work) => onConnection((runner) => underLock(runner, work)),
    close: () => sequelize.close(),
  }
}

const createSequelize = async (url: string, poolSize: number): Promise<Sequelize> => {
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
    hooks: { afterConnect: (connection) => prepareSession(connection as Connection) },
    // Both are read, and absent from the types. The version would be asked for over a connection of its own, and
    // the dialect does not use it; the time zone is set with the session.
    ...{ databaseVersion: '10.11.0', keepDefaultTimezone: true },
    pool: { max: poolSize, min: 0, acquire: ACQUIRE_MS, idle: 60_000, evict: 10_000 },
    dialectOptions: {
      charset: 'utf8mb4_bin',
      // An UPDATE answers the rows that it matched, as SQLite does.
      flags: ['+FOUND_ROWS'],
      supportBigNumbers: true,
      bigNumberStrings: false,
      typeCast: true,
      connectTimeout: CONNECT_MS,
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

const prepareSession = async (connection: Connection): Promise<void> => {
  const query = (sql: string) =>
    new Promise<void>((resolve, reject) =>
      connection.query(sql, (error) => (error ? reject(error) : resolve())),
    )
  await query(SESSION)
  await query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
}

const connectionOf = (transaction: Transaction): Connection =>
  (transaction as unknown as { connection: Connection }).connection

const toTx = (connection: Connection, signals: EngineTx['signals']): EngineTx => ({
  engine: 'mariadb',
  brand: 'Tx',
  signals,
  afterCommit: [],
  ...toRunner(connection),
})

const toRunner = (connection: Connection): Runner => ({
  run: (sql, values) =>
    new Promise((resolve, reject) => {
      const bound = values.map(toMariadb)
      connection.execute({ sql, values: bound, timeout: STATEMENT_MS }, (error, result) => {
        if (!error) return resolve(toAnswer(result))
        const { errno, code } = error as { errno?: number; code?: string }
        // The answer of a statement that timed out may still come: nobody may use that connection again.
        if (code === 'PROTOCOL_SEQUENCE_TIMEOUT') connection.destroy()
        reject(
          errno === ER_DUP_ENTRY
            ? new UniqueViolation('unique key taken', { cause: error })
            : error,
        )
      })
    }),
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

const isConflict = (error: unknown): boolean => {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 4; depth += 1) {
    const { errno, sqlState, parent } = at as {
      errno?: number
      sqlState?: string
      parent?: unknown
    }
    if (RETRY_ERRNO.has(errno ?? 0) || sqlState === RETRY_SQLSTATE) return true
    at = parent ?? at.cause
  }
  return false
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
