import { execute, insertIfAbsent, type Reader, row, rows, type Tx } from '#kernel/db/db.ts'

export interface ConsentRow {
  readonly id: string
  /** HMAC of the person. */
  readonly person: string
  readonly client_id: string
  readonly content: string
  readonly since: number
}

export const findConsent = (
  on: Reader,
  person: string,
  clientId: string,
): Promise<ConsentRow | undefined> =>
  row(
    on,
    'SELECT id, person, client_id, content, since FROM consent WHERE person = ? AND client_id = ?',
    [person, clientId],
  )

export const listConsents = (on: Reader, person: string): Promise<ConsentRow[]> =>
  rows(
    on,
    `SELECT id, person, client_id, content, since FROM consent WHERE person = ?
     ORDER BY since DESC LIMIT 500`,
    [person],
  )

/** False when there is one already; then `replaceConsent`. */
export const insertConsent = (tx: Tx, consent: ConsentRow): Promise<boolean> =>
  insertIfAbsent(tx, 'consent', { ...consent, updated_at: consent.since })

export const replaceConsent = async (
  tx: Tx,
  id: string,
  content: string,
  now: number,
): Promise<boolean> =>
  (await execute(tx, 'UPDATE consent SET content = ?, updated_at = ? WHERE id = ?', [
    content,
    now,
    id,
  ])) === 1

export const deleteConsent = async (tx: Tx, person: string, id: string): Promise<boolean> =>
  (await execute(tx, 'DELETE FROM consent WHERE person = ? AND id = ?', [person, id])) === 1
