/**
 * SQL is the record (design §4.2). Sequelize owns connections, pool and transactions; parts write portable SQL
 * through the verbs below, in their `store.ts` only. `?` placeholders; SQLite and MariaDB answer alike:
 * BIGINT as number (string above 2^53), BLOB as Buffer.
 */
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

/** Runs `work` in one write transaction; a throw rolls back. Retried by itself on deadlock or serialisation failure (MariaDB 1213, 1205, 40001), so `work` must be free of other effects. */
export declare function transaction<T>(
  ctx: { readonly db: Database },
  work: (tx: Tx) => Promise<T>,
): Promise<T>
export declare function rows<R extends object>(
  on: Reader,
  sql: string,
  values?: readonly Value[],
): Promise<R[]>
export declare function row<R extends object>(
  on: Reader,
  sql: string,
  values?: readonly Value[],
): Promise<R | undefined>
/** Runs one UPDATE or DELETE; answers the number of rows it matched (not merely changed). */
export declare function execute(tx: Tx, sql: string, values?: readonly Value[]): Promise<number>
/** Throws UniqueViolation. */
export declare function insert(tx: Tx, table: string, values: Row): Promise<void>
/** False when a unique key was already taken; the transaction stays usable. */
export declare function insertIfAbsent(tx: Tx, table: string, values: Row): Promise<boolean>
/** Inserts, or updates all of `values` on the row that has the same `key` columns. */
export declare function upsert(tx: Tx, table: string, key: Row, values: Row): Promise<void>
