/**
 * A `dialectModule` for Sequelize 6 over `node:sqlite`: node-sqlite3's callback surface as far as Sequelize's sqlite
 * dialect calls it (lib/dialects/sqlite/{connection-manager,query}.js). Sequelize opens a new `Database` for every
 * transaction; here that takes a native handle from a small stock, with its prepared statements.
 */
import { closeSync, openSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { type Row, UniqueViolation, type Value } from '../db.ts'
import type { Answer } from '../engine.ts'
import { databaseProblem } from '../problems.ts'
import { createTurns } from './turn.ts'

const STATEMENTS_MAX = 500
/** SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY and _ROWID (sqlite.org/rescode.html). */
const UNIQUE_CODES = new Set([2067, 1555, 2579])
/** SQLITE_READONLY, _IOERR, _FULL and _CANTOPEN. */
const UNWRITABLE_CODES = new Set([8, 10, 13, 14])
/** node-sqlite3's names for primary result codes, which Sequelize switches on. */
const CODE_NAMES: Readonly<Record<number, string>> = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  19: 'SQLITE_CONSTRAINT',
}

type Callback = (this: Statement, error: unknown, rows?: Row[]) => void
type Parameters = readonly Value[] | Readonly<Record<string, Value>>

/** `this` of node-sqlite3's callbacks. Sequelize's bulk insert looks at the class's name. */
class Statement {
  readonly lastID: number
  readonly changes: number
  constructor(lastID: number, changes: number) {
    this.lastID = lastID
    this.changes = changes
  }
}

export interface Handle {
  /** Runs one statement; synchronous. Errors carry node-sqlite3's `code`. */
  run(sql: string, values: Parameters): Answer & { readonly lastId: number }
  exec(sql: string): void
  readonly inTransaction: boolean
  close(): void
}
export interface Connection {
  answer(sql: string, values: readonly Value[]): Promise<Answer>
  readonly handle: Handle
}

/** Makes the file when it is absent, for its owner only; SQLite gives its companions (-wal, -shm) the same mode. */
export const openHandle = (file: string, pragmas: string): Handle => {
  closeSync(openSync(file, 'a', 0o600))
  const native = new DatabaseSync(file, { timeout: 0, readBigInts: true })
  native.exec(pragmas)
  const statements = new Map<string, { statement: StatementSync; reads: boolean }>()
  const prepare = (sql: string) => {
    const known = statements.get(sql)
    if (known) return known
    const statement = native.prepare(sql)
    const prepared = { statement, reads: statement.columns().length > 0 }
    const [oldest] = statements.keys()
    if (statements.size >= STATEMENTS_MAX && oldest !== undefined) statements.delete(oldest)
    statements.set(sql, prepared)
    return prepared
  }
  const run: Handle['run'] = (sql, values) => {
    const { statement, reads } = prepare(sql)
    const bound = Array.isArray(values) ? values.map(toSqlite) : [namedToSqlite(values)]
    try {
      if (reads) {
        const found = statement.all(...(bound as SQLInputValue[])).map(toRow)
        return { rows: found, matched: found.length, lastId: 0 }
      }
      const done = statement.run(...(bound as SQLInputValue[]))
      return { rows: [], matched: Number(done.changes), lastId: Number(done.lastInsertRowid) }
    } catch (error) {
      throw named(error)
    }
  }
  return {
    run,
    exec: (sql) => native.exec(sql),
    get inTransaction() {
      return native.isTransaction
    },
    close() {
      statements.clear()
      native.close()
    },
  }
}

/** `shutdown` closes every handle. */
export const createDialectModule = (open: (file: string) => Handle) => {
  const idle: Handle[] = []
  const lent = new Set<Handle>()
  const deliver = createTurns()

  class Database implements Connection {
    readonly filename: string
    readonly handle: Handle

    constructor(file: string, _mode: number, opened: (error: unknown) => void) {
      this.filename = file
      this.handle = idle.pop() ?? open(file)
      lent.add(this.handle)
      queueMicrotask(() => opened(null))
    }
    serialize(work: () => void): void {
      work()
    }
    run(sql: string, parameters?: Parameters | Callback, done?: Callback): void {
      if (typeof parameters === 'function') this.#call(sql, [], parameters)
      else this.#call(sql, parameters ?? [], done)
    }
    all(sql: string, parameters?: Parameters | Callback, done?: Callback): void {
      this.run(sql, parameters, done)
    }
    close(done?: (error: unknown) => void): void {
      giveBack(this.handle)
      if (done) queueMicrotask(() => done(null))
    }
    answer(sql: string, values: readonly Value[]): Promise<Answer> {
      return new Promise((resolve, reject) => {
        try {
          const answer = this.handle.run(sql, values)
          deliver(() => resolve(answer))
        } catch (error) {
          deliver(() => reject(toVerbError(error)))
        }
      })
    }
    #call(sql: string, parameters: Parameters, done?: Callback): void {
      try {
        const answer = this.handle.run(sql, parameters)
        const statement = new Statement(answer.lastId, answer.matched)
        deliver(() => done?.call(statement, null, [...answer.rows]))
      } catch (error) {
        deliver(() => done?.call(new Statement(0, 0), error))
      }
    }
  }
  const giveBack = (handle: Handle): void => {
    if (!lent.delete(handle)) return
    if (handle.inTransaction) handle.exec('ROLLBACK')
    idle.push(handle)
  }
  return {
    module: { Database, Statement, OPEN_READONLY: 1, OPEN_READWRITE: 2, OPEN_CREATE: 4 },
    shutdown: () => {
      for (const handle of [...lent, ...idle]) handle.close()
      lent.clear()
      idle.length = 0
    },
  }
}

/** Integers are bound as 64-bit integers: `node:sqlite` would bind every number as REAL. */
const toSqlite = (value: Value | undefined): SQLInputValue => {
  if (value === undefined) throw new TypeError('undefined is not an SQL value')
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  return value
}
const namedToSqlite = (values: Parameters): Record<string, SQLInputValue> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toSqlite(value)]))

const toRow = (row: Record<string, unknown>): Row => {
  const plain: Row = {}
  for (const name in row) plain[name] = fromSqlite(row[name])
  return plain
}
const fromSqlite = (value: unknown): Value => {
  if (typeof value === 'bigint') {
    const number = Number(value)
    return Number.isSafeInteger(number) ? number : value.toString()
  }
  if (value instanceof Uint8Array)
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return value as Value
}

const codeOf = (error: unknown): number =>
  error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0
const named = (error: unknown): unknown => {
  const code = CODE_NAMES[codeOf(error) & 0xff]
  return code === undefined ? error : Object.assign(error as Error, { code })
}
/** What callers of the verbs get: `UniqueViolation`, a Problem where the disk refuses, or the error as it came. */
export const toVerbError = (error: unknown): unknown => {
  const code = codeOf(error)
  if (UNIQUE_CODES.has(code)) return new UniqueViolation('unique key taken', { cause: error })
  if (UNWRITABLE_CODES.has(code & 0xff))
    return databaseProblem('database.unwritable', { cause: error })
  return error
}
