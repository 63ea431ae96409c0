import { execute, insertIfAbsent, type Reader, row, type Tx } from '#kernel/db/db.ts'

export interface StaffRow {
  readonly id: string
  readonly name_sealed: string
  readonly roles: string
  readonly password: string | null
  readonly token_lookup: string | null
  readonly active: number
}
const columns = 'id, name_sealed, roles, password, token_lookup, active'

export const insertStaff = (tx: Tx, member: StaffRow): Promise<boolean> =>
  insertIfAbsent(tx, 'staff', { ...member })
export const staffById = (on: Reader, id: string): Promise<StaffRow | undefined> =>
  row<StaffRow>(on, `SELECT ${columns} FROM staff WHERE id = ? AND active = 1`, [id])
export const staffByToken = (on: Reader, lookup: string): Promise<StaffRow | undefined> =>
  row<StaffRow>(on, `SELECT ${columns} FROM staff WHERE token_lookup = ? AND active = 1`, [lookup])

export interface OperatorKeyRow {
  readonly kid: string
  readonly operator: string
  /** Public JWK as JSON. */
  readonly jwk: string
  readonly added_at: number
  readonly revoked_at: number | null
}
export const insertOperatorKey = (tx: Tx, key: OperatorKeyRow): Promise<boolean> =>
  insertIfAbsent(tx, 'operator_key', { ...key })
export const operatorKeyByKid = (on: Reader, kid: string): Promise<OperatorKeyRow | undefined> =>
  row<OperatorKeyRow>(
    on,
    'SELECT kid, operator, jwk, added_at, revoked_at FROM operator_key WHERE kid = ?',
    [kid],
  )
export const markKeyRevoked = async (tx: Tx, kid: string, at: number): Promise<boolean> =>
  (await execute(
    tx,
    'UPDATE operator_key SET revoked_at = ? WHERE kid = ? AND revoked_at IS NULL',
    [at, kid],
  )) === 1
