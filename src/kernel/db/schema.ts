/** Migrations speak this small vocabulary; each engine gets its own DDL from it. Forward only, never edited once landed. */
export interface Column {
  readonly type: 'ascii' | 'text' | 'integer' | 'bigint' | 'bytes' | 'blob'
  /** Characters for `ascii`, bytes for `bytes`. */
  readonly length?: number
  readonly optional?: true
}
export interface Keys {
  readonly primary: readonly string[]
  readonly unique?: readonly (readonly string[])[]
  readonly index?: readonly (readonly string[])[]
}
export interface Schema {
  createTable(name: string, columns: Record<string, Column>, keys: Keys): Promise<void>
  addColumn(table: string, name: string, column: Column): Promise<void>
}
export interface Migration {
  /** `<part>/<nnnn>-<what>`, unique and ordered within the part. */
  readonly name: string
  up(schema: Schema): Promise<void>
}

/** Identifiers, codes, digests: ASCII, compared byte by byte on both engines. */
export const ascii = (length: number): Column => ({ type: 'ascii', length })
/** UUIDs made by the application. */
export const id = ascii(36)
/** Sealed values and JSON: long text, never searched. */
export const text: Column = { type: 'text' }
export const integer: Column = { type: 'integer' }
/** 64-bit; instants are milliseconds since 1970. */
export const bigint: Column = { type: 'bigint' }
export const bytes = (length: number): Column => ({ type: 'bytes', length })
export const blob: Column = { type: 'blob' }
export const optional = (column: Column): Column => ({ ...column, optional: true })
/** Short text in any script that is compared, searched or indexed, byte by byte; at most 700 characters. */
export const shortText = (length: number): Column => ({ type: 'text', length })
