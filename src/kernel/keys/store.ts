/** SQL of the data keys: wrapped, so a copy of the database opens nothing. */
import { type Database, insertIfAbsent, type Reader, rows, transaction } from '../db/db.ts'
import type { Wrapped } from './keys.ts'

export type DataKeyPurpose = 'data' | 'lookup'
export interface DataKeyRow {
  readonly id: string
  readonly purpose: DataKeyPurpose
  /** 1 for the first of a purpose. */
  readonly generation: number
  readonly createdAt: Date
  readonly wrapped: Wrapped
}

interface StoredKey {
  id: string
  purpose: DataKeyPurpose
  generation: number
  kid: string
  iv: Buffer
  ciphertext: Buffer
  tag: Buffer
  created_at: number
}

/** More than a century of monthly rotations. */
const keysMax = 2000

/** Newest first. */
export const dataKeys = async (on: Reader): Promise<DataKeyRow[]> => {
  const found = await rows<StoredKey>(
    on,
    'SELECT * FROM data_key ORDER BY generation DESC LIMIT ?',
    [keysMax],
  )
  return found.map(({ id, purpose, generation, kid, iv, ciphertext, tag, created_at }) => ({
    id,
    purpose,
    generation,
    createdAt: new Date(Number(created_at)),
    wrapped: { kid, iv, ciphertext, tag },
  }))
}

/** False when another process has made this generation. */
export const addDataKey = (db: Database, key: DataKeyRow): Promise<boolean> =>
  transaction({ db }, (tx) =>
    insertIfAbsent(tx, 'data_key', {
      id: key.id,
      purpose: key.purpose,
      generation: key.generation,
      created_at: key.createdAt.getTime(),
      ...key.wrapped,
    }),
  )
