/**
 * The gallery at rest. Every enrolment and every erasure locks the modality's head row until it commits, on each
 * engine: so ordinals commit in their order, and whoever holds ordinal n sees every row below n that was not erased.
 */
import assert from 'node:assert/strict'
import type { Context } from '#kernel/context.ts'
import {
  execute,
  insert,
  insertIfAbsent,
  lockRow,
  type Reader,
  row,
  rows,
  type Tx,
  transaction,
} from '#kernel/db/db.ts'
import type { SubjectRef } from '../outcomes.ts'

const modality = 'face'

export interface Head {
  readonly lastOrdinal: number
  /** Templates in the table. */
  readonly live: number
  readonly erasures: number
}
export interface Reference {
  readonly subject: SubjectRef
  readonly ordinal: number
  /** SHA-256 of the model that made the template. */
  readonly model: string
  readonly sealed: string
}
export interface NewReference extends Omit<Reference, 'ordinal'> {
  readonly quality: number
}
type HeadRow = { last_ordinal: number; live: number; erasures: number }

export async function ensureHead(ctx: Context): Promise<void> {
  if ((await readHead(ctx.db)) !== undefined) return
  const values = { modality, last_ordinal: 0, live: 0, erasures: 0 }
  await transaction(ctx, (tx) => insertIfAbsent(tx, 'hub_heads', values))
}

export async function readHead(on: Reader): Promise<Head | undefined> {
  const found = await row<HeadRow>(
    on,
    'SELECT last_ordinal, live, erasures FROM hub_heads WHERE modality = ?',
    [modality],
  )
  return found && toHead(found)
}

export const findReference = (on: Reader, subject: SubjectRef): Promise<Reference | undefined> =>
  row<Reference>(
    on,
    'SELECT subject, ordinal, model, sealed FROM hub_templates WHERE subject = ? AND modality = ?',
    [subject, modality],
  )

/** Gives the next ordinal to the subject; one that is there already keeps its row, which is the answer. */
export async function enrol(tx: Tx, reference: NewReference): Promise<Reference> {
  const head = await lockHead(tx)
  assert(head, 'the gallery has a head')
  const known = await lockReference(tx, reference.subject)
  if (known !== undefined) return known
  const ordinal = head.lastOrdinal + 1
  await execute(tx, 'UPDATE hub_heads SET last_ordinal = ?, live = live + 1 WHERE modality = ?', [
    ordinal,
    modality,
  ])
  await insert(tx, 'hub_templates', { ...reference, modality, ordinal })
  return { ...reference, ordinal }
}

/** Answers whether there was one. */
export async function erase(tx: Tx, subject: SubjectRef): Promise<boolean> {
  const head = await lockHead(tx)
  const known = head && (await lockReference(tx, subject))
  if (head === undefined || known === undefined) return false
  const number = head.erasures + 1
  await execute(tx, 'UPDATE hub_heads SET erasures = ?, live = live - 1 WHERE modality = ?', [
    number,
    modality,
  ])
  await insert(tx, 'hub_erasures', { modality, number, ordinal: known.ordinal })
  await execute(tx, 'DELETE FROM hub_templates WHERE subject = ? AND modality = ?', [
    subject,
    modality,
  ])
  return true
}

/** Rows after `after` up to `upTo`, by rising ordinal, at most `limit`. */
export const listReferences = (
  on: Reader,
  range: { readonly after: number; readonly upTo: number },
  limit: number,
): Promise<Reference[]> =>
  rows<Reference>(
    on,
    `SELECT subject, ordinal, model, sealed FROM hub_templates
      WHERE modality = ? AND ordinal > ? AND ordinal <= ? ORDER BY ordinal LIMIT ${limit}`,
    [modality, range.after, range.upTo],
  )

/** Erasures after number `after`, in their order, at most `limit`. */
export const listErasures = (
  on: Reader,
  after: number,
  limit: number,
): Promise<{ number: number; ordinal: number }[]> =>
  rows(
    on,
    `SELECT number, ordinal FROM hub_erasures
      WHERE modality = ? AND number > ? ORDER BY number LIMIT ${limit}`,
    [modality, after],
  )

export async function findSubjects(
  on: Reader,
  ordinals: readonly number[],
): Promise<Map<number, SubjectRef>> {
  if (ordinals.length === 0) return new Map()
  const found = await rows<{ ordinal: number; subject: SubjectRef }>(
    on,
    `SELECT ordinal, subject FROM hub_templates
      WHERE modality = ? AND ordinal IN (${ordinals.map(() => '?').join(', ')})`,
    [modality, ...ordinals],
  )
  return new Map(found.map(({ ordinal, subject }) => [Number(ordinal), subject]))
}

/** Locking reads see what is committed now, whatever the transaction saw before. */
async function lockHead(tx: Tx): Promise<Head | undefined> {
  const found = await lockRow<HeadRow>(
    tx,
    'SELECT last_ordinal, live, erasures FROM hub_heads WHERE modality = ?',
    [modality],
  )
  return found && toHead(found)
}
const lockReference = (tx: Tx, subject: SubjectRef): Promise<Reference | undefined> =>
  lockRow<Reference>(
    tx,
    'SELECT subject, ordinal, model, sealed FROM hub_templates WHERE subject = ? AND modality = ?',
    [subject, modality],
  )
const toHead = (found: HeadRow): Head => ({
  lastOrdinal: Number(found.last_ordinal),
  live: Number(found.live),
  erasures: Number(found.erasures),
})
