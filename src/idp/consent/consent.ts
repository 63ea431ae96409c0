/** What a person agreed to share with a relying party until revoked. A consent given once lives in its grant only. */
import { randomUUID } from 'node:crypto'
import { record } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import { type Tx, transaction } from '#kernel/db/db.ts'
import { consentGiven, consentRefused, consentRevoked } from '../events.ts'
import type { StorageContext } from '../storage/models.ts'
import { markGrantsRevoked, personHash } from '../storage/sql-models.ts'
import { grantsOf, revokeGrants } from '../storage/store.ts'
import * as store from './store.ts'

/** `rejected`: claims that were asked for and turned off. */
export interface Consent {
  readonly scopes: readonly string[]
  readonly claims: readonly string[]
  readonly rejected: readonly string[]
}
export interface Remembered extends Consent {
  readonly id: string
  readonly clientId: string
  readonly since: Date
}

/** Records what the person decided, in one transaction with `within`; keeps it for next time if wanted. */
export const giveConsent = async (
  ctx: Context,
  person: string,
  clientId: string,
  consent: Consent,
  options: { readonly remember: boolean; readonly within: (tx: Tx) => Promise<unknown> },
): Promise<void> => {
  const row = options.remember ? await newRow(ctx, person, clientId, consent) : undefined
  const known = row && (await store.findConsent(ctx.db, row.person, clientId))
  const replacement = known && (await seal(ctx, known.id, consent))
  await transaction(ctx, async (tx) => {
    await options.within(tx)
    if (known && replacement) {
      await store.replaceConsent(tx, known.id, replacement, ctx.now().getTime())
    } else if (row) {
      await store.insertConsent(tx, row)
    }
    await record(
      ctx,
      tx,
      consentGiven(person, clientId, { claims: consent.claims, remembered: options.remember }),
    )
  })
}

export const refuseConsent = async (
  ctx: Context,
  person: string,
  clientId: string,
): Promise<void> => {
  await transaction(ctx, (tx) => record(ctx, tx, consentRefused(person, clientId)))
}

export const rememberedConsent = async (
  ctx: Context,
  person: string,
  clientId: string,
): Promise<Remembered | undefined> => {
  const row = await store.findConsent(ctx.db, personHash(ctx, person), clientId)
  return row && open(ctx, row)
}

export const listConsents = async (ctx: Context, person: string): Promise<Remembered[]> => {
  const rows = await store.listConsents(ctx.db, personHash(ctx, person))
  return Promise.all(rows.map((row) => open(ctx, row)))
}

/** Ends the consent and, at once, every grant and token of that person with that client. False: not his, or gone. */
export const revokeConsent = async (
  ctx: StorageContext,
  person: string,
  id: string,
): Promise<boolean> => {
  const hash = personHash(ctx, person)
  const consent = (await store.listConsents(ctx.db, hash)).find((row) => row.id === id)
  if (!consent) return false
  return transaction(ctx, async (tx) => {
    if (!(await store.deleteConsent(tx, hash, id))) return false
    await endGrantsWithin(ctx, tx, person, consent.client_id)
    await record(ctx, tx, consentRevoked(person, consent.client_id))
    return true
  })
}

/** Every grant and token of a person, with one client or with all. */
export const endGrantsWithin = async (
  ctx: StorageContext,
  tx: Tx,
  person: string,
  clientId?: string,
): Promise<void> => {
  const grants = await grantsOf(tx, personHash(ctx, person), clientId)
  await revokeGrants(tx, grants, ctx.now().getTime())
  // marked even if this transaction rolls back: a login too many is better than a token too many
  await markGrantsRevoked(ctx, grants)
}

/** True when everything that is asked for was decided before, be it granted or turned off. */
export const covers = (consent: Consent | undefined, asked: Omit<Consent, 'rejected'>): boolean =>
  consent !== undefined &&
  asked.scopes.every((scope) => consent.scopes.includes(scope)) &&
  asked.claims.every((claim) => consent.claims.includes(claim) || consent.rejected.includes(claim))

const seal = (ctx: Context, id: string, consent: Consent): Promise<string> =>
  ctx.vault.seal({ table: 'consent', column: 'content', row: id }, JSON.stringify(consent))

const newRow = async (
  ctx: Context,
  person: string,
  clientId: string,
  consent: Consent,
): Promise<store.ConsentRow> => {
  const id = randomUUID()
  return {
    id,
    person: personHash(ctx, person),
    client_id: clientId,
    content: await seal(ctx, id, consent),
    since: ctx.now().getTime(),
  }
}

const open = async (ctx: Context, row: store.ConsentRow): Promise<Remembered> => {
  const place = { table: 'consent', column: 'content', row: row.id }
  const consent = JSON.parse((await ctx.vault.open(place, row.content)).toString()) as Consent
  return { ...consent, id: row.id, clientId: row.client_id, since: new Date(row.since) }
}
