/**
 * SQL is the record (design §4.2). Sequelize owns connections, pool and transactions; parts write portable SQL
 * through the verbs below, in their `store.ts` only. `?` placeholders; SQLite and MariaDB answer alike:
 * BIGINT as number (string above 2^53), BLOB as Buffer.
 */
import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { asEngine, asEngineTx, asRunner } from './engine.ts'

export type Value = string | number | bigint | boolean | null | Uint8Array
export type Row = Record<string, Value>

export interface Database {
  readonly engine: 'sqlite' | 'mariadb'
  close(): Promise<void>
}
/** An open write transaction. Every store function that writes requires one. */
export interface Tx {
  readonly engine: 'sqlite' | 'mariadb'
  readonly brand: 'Tx'
}
export type Reader = Database | Tx

/** A unique key was already taken. */
export class UniqueViolation extends Error {
  override name = 'UniqueViolation'
}

const ATTEMPTS_MAX = 10
/** No new attempt after so long: a lock that was waited for ten seconds will not come free by asking again; milliseconds. */
const ATTEMPTS_FOR_MS = 20_000
/** Longest pause before attempt n is this times 2^n, at most `BACKOFF_MAX_MS`; milliseconds. */
const BACKOFF_MS = 4
const BACKOFF_MAX_MS = 500

/**
 * Runs `work` in one write transaction; a throw rolls back. Retried by itself on deadlock or serialisation failure
 * (MariaDB 1213, 1205, 40001), so `work` must be free of other effects. On SQLite writers run one after the other
 * in the order of their calls; do not open a transaction inside of `work`.
 */
export const transaction = async <T>(
  ctx: { readonly db: Database },
  work: (tx: Tx) => Promise<T>,
): Promise<T> => {
  const db = asEngine(ctx.db)
  const giveUpAt = performance.now() + ATTEMPTS_FOR_MS
  for (let attempt = 1; ; attempt += 1) {
    let committed: (() => void)[] = []
    try {
      const result = await db.attempt((tx) => {
        committed = tx.afterCommit
        return work(tx)
      })
      for (const listener of committed) listener()
      return result
    } catch (error) {
      const spent = attempt >= ATTEMPTS_MAX || performance.now() > giveUpAt
      if (spent || !db.mayRetry(error)) throw error
      await sleep(randomInt(1, Math.min(BACKOFF_MS * 2 ** attempt, BACKOFF_MAX_MS)))
    }
  }
}

/** Runs after the commit of `tx`, never after a rollback. For wake-ups: `listener` must not throw. */
export const onCommit = (tx: Tx, listener: () => void): void => {
  asEngineTx(tx).afterCommit.push(listener)
}

/** On a `Database`: committed data only. */
export const rows = async <R extends object>(
  on: Reader,
  sql: string,
  values: readonly Value[] = [],
): Promise<R[]> => (await asRunner(on).run(sql, values)).rows as unknown as R[]

export const row = async <R extends object>(
  on: Reader,
  sql: string,
  values: readonly Value[] = [],
): Promise<R | undefined> => (await rows<R>(on, sql, values))[0]

/** As `row`, and nobody else changes that row until `tx` ends (SELECT … FOR UPDATE; on SQLite a transaction is alone anyway). */
export const lockRow = <R extends object>(
  tx: Tx,
  sql: string,
  values: readonly Value[] = [],
): Promise<R | undefined> => row(tx, tx.engine === 'mariadb' ? `${sql} FOR UPDATE` : sql, values)

/** Runs one UPDATE or DELETE; answers the number of rows it matched (not merely changed). */
export const execute = async (
  tx: Tx,
  sql: string,
  values: readonly Value[] = [],
): Promise<number> => (await asRunner(tx).run(sql, values)).matched

/** Throws UniqueViolation. */
export const insert = async (tx: Tx, table: string, values: Row): Promise<void> => {
  await asRunner(tx).run(insertSql(table, values), Object.values(values))
}

/** False when a unique key was already taken; the transaction stays usable. */
export const insertIfAbsent = async (tx: Tx, table: string, values: Row): Promise<boolean> => {
  try {
    await insert(tx, table, values)
    return true
  } catch (error) {
    // A failed INSERT undoes itself alone, on both engines.
    if (error instanceof UniqueViolation) return false
    throw error
  }
}

/**
 * Inserts, or updates all of `values` on the row that has the same `key` columns. Throws UniqueViolation when another
 * unique key is in the way (which is why this is not MariaDB's ON DUPLICATE KEY: that would update the wrong row).
 */
export const upsert = async (tx: Tx, table: string, key: Row, values: Row): Promise<void> => {
  const same = Object.keys(key)
    .map((name) => `${quoted(name)} = ?`)
    .join(' AND ')
  const names = Object.keys(values)
  if (names.length === 0) {
    await insertIfAbsent(tx, table, key)
    return
  }
  const sql = `UPDATE ${quoted(table)} SET ${names.map((name) => `${quoted(name)} = ?`)} WHERE ${same}`
  const update = () => execute(tx, sql, [...Object.values(values), ...Object.values(key)])
  if ((await update()) > 0) return
  try {
    await insert(tx, table, { ...key, ...values })
  } catch (error) {
    // Somebody else inserted it meanwhile and has committed.
    if (!(error instanceof UniqueViolation) || (await update()) === 0) throw error
  }
}

const insertSql = (table: string, values: Row): string => {
  const names = Object.keys(values)
  return `INSERT INTO ${quoted(table)} (${names.map(quoted)}) VALUES (${names.map(() => '?')})`
}

const quoted = (name: string): string => {
  assert.match(name, /^[a-z][a-z0-9_]{0,62}$/)
  return `\`${name}\``
}
