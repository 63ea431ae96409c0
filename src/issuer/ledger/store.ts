/** SQL of the ledger: what was issued to whom, and what of it is revoked. No claim stands here. */
import {
  execute,
  insert,
  insertIfAbsent,
  type Reader,
  row,
  rows,
  type Tx,
  upsert,
} from '#kernel/db/db.ts'
import type { PersonId } from '#registry'
import type { StatusPlace } from '../status/reserve.ts'

export interface Issuance {
  readonly id: string
  readonly lookup: string
  readonly person: PersonId
  readonly configuration: string
  readonly format: string
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly expiresAt: number
}
export interface IssuanceRow {
  readonly id: string
  readonly configuration: string
  readonly format: string
  readonly issued_at: number
  readonly expires_at: number
  readonly revoked_at: number | null
}

/** Locks the person's row until the commit. False when all of his credentials were withdrawn for good. */
export const lockHolder = async (tx: Tx, person: PersonId): Promise<boolean> => {
  const lock = () =>
    execute(tx, 'UPDATE credential_holder SET closed = closed WHERE person = ? AND closed = 0', [
      person,
    ])
  if ((await lock()) === 1) return true
  await insertIfAbsent(tx, 'credential_holder', { person, closed: 0 })
  return (await lock()) === 1
}

export const closeHolder = (tx: Tx, person: PersonId): Promise<void> =>
  upsert(tx, 'credential_holder', { person }, { closed: 1 })

/** False when the same request was answered before. */
export const addIssuance = async (
  tx: Tx,
  issuance: Issuance,
  copies: readonly { readonly id: string; readonly place: StatusPlace }[],
): Promise<boolean> => {
  const added = await insertIfAbsent(tx, 'credential_issuance', {
    id: issuance.id,
    lookup: issuance.lookup,
    person: issuance.person,
    configuration: issuance.configuration,
    format: issuance.format,
    issued_at: issuance.issuedAt,
    expires_at: issuance.expiresAt,
    revoked_at: null,
    event: null,
  })
  if (!added) return false
  for (const { id, place } of copies)
    await insert(tx, 'issued_credential', {
      id,
      issuance: issuance.id,
      status_list: place.list,
      status_index: place.index,
      revoked_at: null,
    })
  return true
}

/** Newest first, at most 200. */
export const issuancesOf = (on: Reader, person: PersonId): Promise<IssuanceRow[]> =>
  rows<IssuanceRow>(
    on,
    `SELECT id, configuration, format, issued_at, expires_at, revoked_at FROM credential_issuance
     WHERE person = ? ORDER BY issued_at DESC, id LIMIT 200`,
    [person],
  )

/**
 * Everything that is not yet revoked. Written before it is read: on MariaDB a SELECT of this transaction may still
 * see the past, an UPDATE never does.
 */
export const revokeIssuancesOf = async (
  tx: Tx,
  person: PersonId,
  at: number,
): Promise<readonly IssuanceRow[]> => {
  await execute(
    tx,
    'UPDATE credential_issuance SET revoked_at = ? WHERE person = ? AND revoked_at IS NULL',
    [at, person],
  )
  return rows<IssuanceRow>(
    tx,
    `SELECT id, configuration, format, issued_at, expires_at, revoked_at FROM credential_issuance
     WHERE person = ? AND revoked_at = ?`,
    [person, at],
  )
}

/** Its credentials; answers the status lists that changed. */
export const revokeCopies = async (tx: Tx, id: string, at: number): Promise<readonly number[]> => {
  await execute(
    tx,
    'UPDATE issued_credential SET revoked_at = ? WHERE issuance = ? AND revoked_at IS NULL',
    [at, id],
  )
  const lists = await rows<{ status_list: number }>(
    tx,
    'SELECT DISTINCT status_list FROM issued_credential WHERE issuance = ?',
    [id],
  )
  return lists.map((list) => list.status_list)
}

/** Compare-and-set. Undefined when it is not this person's or was revoked before. */
export const revokeIssuance = async (
  tx: Tx,
  person: PersonId,
  id: string,
  at: number,
): Promise<IssuanceRow | undefined> => {
  const revoked = await execute(
    tx,
    'UPDATE credential_issuance SET revoked_at = ? WHERE id = ? AND person = ? AND revoked_at IS NULL',
    [at, id, person],
  )
  if (revoked === 0) return undefined
  return row<IssuanceRow>(
    tx,
    `SELECT id, configuration, format, issued_at, expires_at, revoked_at FROM credential_issuance
     WHERE id = ?`,
    [id],
  )
}

/** True when the event is new; false when it was told before; undefined when there is no such issuance of this person. */
export const noteEvent = async (
  tx: Tx,
  person: PersonId,
  id: string,
  event: string,
): Promise<boolean | undefined> => {
  const changed = await execute(
    tx,
    'UPDATE credential_issuance SET event = ? WHERE id = ? AND person = ? AND (event IS NULL OR event <> ?)',
    [event, id, person, event],
  )
  if (changed === 1) return true
  const known = await row(tx, 'SELECT id FROM credential_issuance WHERE id = ? AND person = ?', [
    id,
    person,
  ])
  return known ? false : undefined
}
