/** The vault's own keys: made here, wrapped by the key store, unwrapped once per process. */
import { createSecretKey, type KeyObject } from 'node:crypto'
import type { Database } from '../db/db.ts'
import type { KeyStore } from './keys.ts'
import { lengthPrefixed } from './place.ts'
import { addDataKey, type DataKeyPurpose, type DataKeyRow, dataKeys } from './store.ts'

export interface DataKey {
  readonly id: string
  readonly generation: number
  readonly key: KeyObject
}
export interface DataKeysContext {
  readonly db: Database
  readonly keys: KeyStore
  readonly now: () => Date
  readonly random: (bytes: number) => Buffer
}

/** All keys of the table that `known` lacks, unwrapped, newest first. */
export const loadDataKeys = async (
  ctx: DataKeysContext,
  purpose: DataKeyPurpose,
  known: ReadonlyMap<string, DataKey>,
): Promise<DataKey[]> => {
  const stored = await dataKeys(ctx.db)
  const fresh = stored.filter((row) => row.purpose === purpose && !known.has(row.id))
  return await Promise.all(
    fresh.map(async (row) => ({
      id: row.id,
      generation: row.generation,
      key: createSecretKey(await ctx.keys.unwrap(row.wrapped, binding(row))),
    })),
  )
}

/** Makes the key of a generation unless another process did; either way the table holds it afterwards. */
export const makeDataKey = async (
  ctx: DataKeysContext,
  purpose: DataKeyPurpose,
  generation: number,
): Promise<void> => {
  const row = { id: ctx.random(16).toString('base64url'), purpose, generation }
  const { kid } = await ctx.keys.active(purpose)
  const dek = ctx.random(32)
  const wrapped = await ctx.keys.wrap(kid, dek, binding(row))
  dek.fill(0)
  await addDataKey(ctx.db, { ...row, createdAt: ctx.now(), wrapped })
}

/** A wrapped key opens only as the row it was made for: swapping two rows is noticed. */
const binding = ({ id, purpose, generation }: Omit<DataKeyRow, 'wrapped' | 'createdAt'>): Buffer =>
  lengthPrefixed('plinth-data-key-1', id, purpose, String(generation))
