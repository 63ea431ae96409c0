/** Log keys: one for each person, made when the person first appears in the log, destroyed when the person is forgotten. */
import assert from 'node:assert/strict'
import { createSecretKey } from 'node:crypto'
import type { Context } from '../context.ts'
import type { Reader, Tx } from '../db/db.ts'
import type { LogKey } from './leaf.ts'
import {
  addPersonKey,
  deletePersonKey,
  latestPersonKey,
  type PersonKeyRow,
  personKey,
  personKeys,
} from './store.ts'

/** How the log's tables name a person, or the house itself for acts about nobody. */
export const personRef = (ctx: Context, person: string | undefined): string =>
  person === undefined
    ? ctx.vault.lookup('audit.house', '')
    : ctx.vault.lookup('audit.person', person)

/** Two transactions that meet a person first at the same time end with the same key. */
export const logKeyFor = async (ctx: Context, tx: Tx, ref: string): Promise<LogKey> => {
  const found = await personKey(tx, ref)
  if (found) return await open(ctx, found)
  const id = ctx.random(16).toString('base64url')
  const secret = ctx.random(32)
  const sealedKey = await ctx.vault.seal(placeOf(id), secret)
  if (await addPersonKey(tx, ref, { id, sealedKey })) return { id, secret: createSecretKey(secret) }
  const others = await latestPersonKey(tx, ref)
  assert(others)
  return await open(ctx, others)
}

/** By id; keys that were destroyed are missing. */
export const openLogKeys = async (
  ctx: Context,
  on: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LogKey>> => {
  const stored = await personKeys(on, [...new Set(ids)])
  const opened = await Promise.all(stored.map((key) => open(ctx, key)))
  return new Map(opened.map((key) => [key.id, key]))
}

/** Destroys the person's log key: leaves stay, contents can never be read again. */
export const forgetPerson = async (ctx: Context, tx: Tx, person: string): Promise<void> => {
  await deletePersonKey(tx, personRef(ctx, person))
}

const open = async (ctx: Context, { id, sealedKey }: PersonKeyRow): Promise<LogKey> => ({
  id,
  secret: createSecretKey(await ctx.vault.open(placeOf(id), sealedKey)),
})

const placeOf = (id: string) => ({ table: 'audit_person_key', column: 'sealed_key', row: id })
