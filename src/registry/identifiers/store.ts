import { execute, insertIfAbsent, type Reader, row, rows, type Tx } from '#kernel/db/db.ts'

export type VidStatus = 'ACTIVE' | 'REVOKED' | 'USED'
export interface VidRow {
  readonly lookup: string
  readonly person: string
  readonly type: string
  readonly status: VidStatus
  readonly sealed: string
  readonly created_at: number
  readonly expires_at: number | null
  readonly transactions_left: number | null
}
const columns = 'lookup, person, type, status, sealed, created_at, expires_at, transactions_left'

/** Holds the person's row until the transaction ends, so that two requests can not both take the last free place. */
export async function lockVids(tx: Tx, person: string): Promise<void> {
  await insertIfAbsent(tx, 'vid_head', { person, issued: 0 })
  await execute(tx, 'UPDATE vid_head SET issued = issued + 1 WHERE person = ?', [person])
}

/** False when the number is taken. */
export const insertVid = (tx: Tx, vid: VidRow): Promise<boolean> =>
  insertIfAbsent(tx, 'vid', { ...vid })

export const vidByLookup = (on: Reader, lookup: string): Promise<VidRow | undefined> =>
  row<VidRow>(on, `SELECT ${columns} FROM vid WHERE lookup = ?`, [lookup])

/** Newest first, 200 at most. */
export const vidsOf = (on: Reader, person: string): Promise<VidRow[]> =>
  rows<VidRow>(
    on,
    `SELECT ${columns} FROM vid WHERE person = ? ORDER BY created_at DESC, lookup LIMIT 200`,
    [person],
  )

/** Oldest first. */
export const usableVids = (
  on: Reader,
  person: string,
  type: string,
  now: number,
): Promise<VidRow[]> =>
  rows<VidRow>(
    on,
    `SELECT ${columns} FROM vid WHERE person = ? AND type = ? AND status = 'ACTIVE'
       AND (expires_at IS NULL OR expires_at > ?) ORDER BY created_at, lookup LIMIT 200`,
    [person, type, now],
  )

/** False when it was not active. */
export const markRevoked = async (tx: Tx, lookup: string): Promise<boolean> =>
  (await execute(tx, "UPDATE vid SET status = 'REVOKED' WHERE lookup = ? AND status = 'ACTIVE'", [
    lookup,
  ])) === 1

/** One transaction less; the last one makes it USED. False when it is spent, expired or revoked. */
export async function spendVid(tx: Tx, lookup: string, now: number): Promise<boolean> {
  const spent = await execute(
    tx,
    `UPDATE vid SET transactions_left = transactions_left - 1 WHERE lookup = ? AND status = 'ACTIVE'
       AND (expires_at IS NULL OR expires_at > ?)
       AND (transactions_left IS NULL OR transactions_left > 0)`,
    [lookup, now],
  )
  if (spent === 0) return false
  await execute(tx, "UPDATE vid SET status = 'USED' WHERE lookup = ? AND transactions_left = 0", [
    lookup,
  ])
  return true
}

/** Undefined when this shape was never counted. */
export async function uinCapacity(on: Reader, shape: string): Promise<bigint | undefined> {
  const found = await row<{ capacity: string }>(
    on,
    'SELECT capacity FROM uin_space WHERE shape = ?',
    [shape],
  )
  return found === undefined ? undefined : BigInt(found.capacity)
}
export const keepUinCapacity = (tx: Tx, shape: string, capacity: bigint): Promise<boolean> =>
  insertIfAbsent(tx, 'uin_space', { shape, capacity: String(capacity) })
