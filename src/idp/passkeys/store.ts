import { execute, insertIfAbsent, type Reader, row, rows, type Tx } from '#kernel/db/db.ts'

export interface PasskeyRow {
  readonly id: string
  /** HMAC of the person. */
  readonly person: string
  /** HMAC of the credential id. */
  readonly credential: string
  readonly content: string
  readonly counter: number
  readonly created_at: number
  readonly last_used_at: number | null
}
const columns = 'id, person, credential, content, counter, created_at, last_used_at'

export const listPasskeys = (on: Reader, person: string): Promise<PasskeyRow[]> =>
  rows(on, `SELECT ${columns} FROM passkey WHERE person = ? ORDER BY created_at LIMIT 100`, [
    person,
  ])

export const findPasskey = (on: Reader, credential: string): Promise<PasskeyRow | undefined> =>
  row(on, `SELECT ${columns} FROM passkey WHERE credential = ?`, [credential])

/** False when this credential is registered already, to anybody. */
export const insertPasskey = (tx: Tx, passkey: PasskeyRow): Promise<boolean> =>
  insertIfAbsent(tx, 'passkey', { ...passkey })

/** Compare and set on the counter: two uses of one signature cannot both pass. */
export const usePasskey = async (
  tx: Tx,
  passkey: Pick<PasskeyRow, 'id' | 'counter'>,
  counter: number,
  now: number,
): Promise<boolean> =>
  (await execute(
    tx,
    'UPDATE passkey SET counter = ?, last_used_at = ? WHERE id = ? AND counter = ?',
    [counter, now, passkey.id, passkey.counter],
  )) === 1

export const deletePasskey = async (tx: Tx, person: string, id: string): Promise<boolean> =>
  (await execute(tx, 'DELETE FROM passkey WHERE person = ? AND id = ?', [person, id])) === 1
