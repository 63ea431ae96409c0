/**
 * What an engine gives to the verbs of `db.ts`: prepared statements on a pooled connection, and write transactions.
 * Known to `kernel/db` only; parts see `Database` and `Tx`.
 */
import { EventEmitter } from 'node:events'
import type { Database, Reader, Row, Tx, Value } from './db.ts'

export interface Answer {
  readonly rows: readonly Row[]
  /** Rows that an UPDATE or DELETE matched, or that an INSERT added. */
  readonly matched: number
}
export interface Runner {
  /** One prepared statement. Throws `UniqueViolation`; anything else is the engine's own error. */
  run(sql: string, values: readonly Value[]): Promise<Answer>
}
export interface EngineTx extends Tx, Runner {
  readonly signals: EventEmitter
  readonly afterCommit: (() => void)[]
}
export interface EngineDatabase extends Database, Runner {
  /** One attempt: begins, works, commits; a throw rolls back. */
  attempt<T>(work: (tx: EngineTx) => Promise<T>): Promise<T>
  /** Whether a new attempt may succeed where this error came from: deadlock, lock timeout, serialisation. */
  mayRetry(error: unknown): boolean
  /** One connection, alone among all processes while `work` runs: for migrations. */
  alone<T>(work: (runner: Runner) => Promise<T>): Promise<T>
  /** Wake-ups inside this process. Hints only: who waits also polls. */
  readonly signals: EventEmitter
  /** Of this opening: leases that other instances left on a file that one process owns are void. */
  readonly instance: string
}

/** The only way from the public handles to the engine: every `Database` and `Tx` is made by `openDatabase`. */
export const asRunner = (on: Reader): Runner => on as unknown as Runner
export const asEngine = (db: Database): EngineDatabase => db as EngineDatabase
export const asEngineTx = (tx: Tx): EngineTx => tx as EngineTx

export const createSignals = (): EventEmitter => new EventEmitter().setMaxListeners(100)
