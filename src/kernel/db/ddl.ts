/** The migrations' vocabulary as DDL of each engine. Limits hold on both: what MariaDB refuses, SQLite refuses. */
import assert from 'node:assert/strict'
import type { Runner } from './engine.ts'
import type { Column, Schema } from './schema.ts'

/** InnoDB's index entry holds 3072 bytes: 768 characters of four bytes. */
const INDEXED_TEXT_MAX = 700
const LONG_TYPES = new Set<Column['type']>(['text', 'blob'])

export const sqliteSchema = (runner: Runner): Schema => ({
  async createTable(name, columns, keys) {
    const lines = [
      ...Object.entries(columns).map(([column, spec]) => sqliteColumn(column, spec)),
      `PRIMARY KEY (${list(keys.primary)})`,
      ...(keys.unique ?? []).map((names) => `UNIQUE (${list(names)})`),
    ]
    // Long values in the tree of the primary key would make its pages few rows each.
    const long = Object.values(columns).some(({ type, length }) => !length && LONG_TYPES.has(type))
    const kind = long ? 'STRICT' : 'STRICT, WITHOUT ROWID'
    await runner.run(`CREATE TABLE ${quoted(name)} (${lines.join(', ')}) ${kind}`, [])
    for (const names of keys.index ?? [])
      await runner.run(
        `CREATE INDEX ${indexName(name, names)} ON ${quoted(name)} (${list(names)})`,
        [],
      )
  },
  async addColumn(table, name, column) {
    assert(column.optional, 'a column that comes later has no value in older rows')
    await runner.run(`ALTER TABLE ${quoted(table)} ADD COLUMN ${sqliteColumn(name, column)}`, [])
  },
})

/** Each statement may be repeated: DDL commits by itself, so a migration that was cut off runs again from its start. */
export const mariadbSchema = (runner: Runner): Schema => ({
  async createTable(name, columns, keys) {
    const noPad = await hasNoPad(runner)
    const lines = [
      ...Object.entries(columns).map(([column, spec]) => mariadbColumn(column, spec, noPad)),
      `PRIMARY KEY (${list(keys.primary)})`,
      ...(keys.unique ?? []).map(
        (names) => `UNIQUE KEY ${indexName(name, names)} (${list(names)})`,
      ),
      ...(keys.index ?? []).map((names) => `KEY ${indexName(name, names)} (${list(names)})`),
    ]
    await runner.run(
      `CREATE TABLE IF NOT EXISTS ${quoted(name)} (${lines.join(', ')})
       ENGINE = InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`,
      [],
    )
  },
  async addColumn(table, name, column) {
    assert(column.optional, 'a column that comes later has no value in older rows')
    const { rows } = await runner.run(
      `SELECT 1 AS found FROM information_schema.COLUMNS
       WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ? AND COLUMN_NAME = ?`,
      [table, name],
    )
    if (rows.length > 0) return
    const definition = mariadbColumn(name, column, await hasNoPad(runner))
    await runner.run(`ALTER TABLE ${quoted(table)} ADD COLUMN ${definition}`, [])
  },
})

const sqliteColumn = (name: string, { type, length, optional }: Column): string => {
  const column = quoted(name)
  const storage = {
    ascii: 'TEXT',
    text: 'TEXT',
    integer: 'INTEGER',
    bigint: 'INTEGER',
    bytes: 'BLOB',
    blob: 'BLOB',
  }[type]
  const checks = [
    ...(length === undefined ? [] : [`length(${column}) <= ${length}`]),
    ...(type === 'ascii' ? [`${column} NOT GLOB '*[^ -~]*'`] : []),
    ...(type === 'integer' ? [`${column} BETWEEN -2147483648 AND 2147483647`] : []),
  ]
  const check = checks.length === 0 ? '' : ` CHECK (${checks.join(' AND ')})`
  return `${column} ${storage}${optional ? '' : ' NOT NULL'}${check}`
}

const mariadbColumn = (name: string, spec: Column, noPad: boolean): string =>
  `${quoted(name)} ${mariadbType(spec, noPad)}${spec.optional ? ' NULL' : ' NOT NULL'}`

const mariadbType = ({ type, length }: Column, noPad: boolean): string => {
  const pad = noPad ? '_nopad_bin' : '_bin'
  switch (type) {
    case 'ascii':
      return `VARCHAR(${bounded(length, 3000)}) CHARACTER SET ascii COLLATE ascii${pad}`
    case 'text':
      return length === undefined
        ? 'LONGTEXT'
        : `VARCHAR(${bounded(length, INDEXED_TEXT_MAX)}) COLLATE utf8mb4${pad}`
    case 'integer':
      return 'INT'
    case 'bigint':
      return 'BIGINT'
    case 'bytes':
      return `VARBINARY(${bounded(length, 3000)})`
    case 'blob':
      return 'LONGBLOB'
  }
}

/** With a padding collation 'a' and 'a ' would be one key; MariaDB has collations without, MySQL and TiDB lack these names. */
const hasNoPad = async (runner: Runner): Promise<boolean> => {
  const { rows } = await runner.run(
    'SELECT COUNT(*) AS found FROM information_schema.COLLATIONS WHERE COLLATION_NAME IN (?, ?)',
    ['ascii_nopad_bin', 'utf8mb4_nopad_bin'],
  )
  return rows[0]?.found === 2
}

const bounded = (length: number | undefined, max: number): number => {
  assert(length !== undefined && length > 0 && length <= max, `a length of 1..${max} is required`)
  return length
}
const indexName = (table: string, names: readonly string[]): string =>
  quoted(`${table}_${names.join('_')}`.slice(0, 63))
const list = (names: readonly string[]): string => names.map(quoted).join(', ')
const quoted = (name: string): string => {
  assert.match(name, /^[a-z][a-z0-9_]{0,62}$/)
  return `\`${name}\``
}
