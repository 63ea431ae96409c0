/** SQL of the status lists. What is revoked stands in the ledger; a list's row only counts. */
import assert from 'node:assert'
import type { Context } from '#kernel/context.ts'
import { execute, insertIfAbsent, type Reader, row, rows, type Tx } from '#kernel/db/db.ts'

export interface ListRow {
  readonly number: number
  readonly size: number
  readonly used: number
  readonly version: number
}

export const findList = (on: Reader, number: number): Promise<ListRow | undefined> =>
  row<ListRow>(on, 'SELECT number, size, used, version FROM status_list WHERE number = ?', [number])

export const newestList = (on: Reader): Promise<ListRow | undefined> =>
  row<ListRow>(
    on,
    'SELECT number, size, used, version FROM status_list ORDER BY number DESC LIMIT 1',
  )

/** False when another process opened it first. */
export const addList = (
  ctx: Context,
  tx: Tx,
  list: { readonly number: number; readonly size: number; readonly seed: string },
): Promise<boolean> =>
  insertIfAbsent(tx, 'status_list', {
    ...list,
    used: 0,
    version: 0,
    created_at: ctx.now().getTime(),
  })

export const seedOf = async (on: Reader, number: number): Promise<string> => {
  const found = await row<{ seed: string }>(on, 'SELECT seed FROM status_list WHERE number = ?', [
    number,
  ])
  assert(found)
  return found.seed
}

/** Takes the next `count` places of a list: the first of them, or undefined when so many are not left. */
export const takePlaces = async (
  tx: Tx,
  number: number,
  count: number,
): Promise<number | undefined> => {
  const taken = await execute(
    tx,
    'UPDATE status_list SET used = used + ? WHERE number = ? AND used + ? <= size',
    [count, number, count],
  )
  if (taken === 0) return undefined
  const list = await findList(tx, number)
  assert(list)
  return list.used - count
}

export const touchLists = async (tx: Tx, numbers: Iterable<number>): Promise<void> => {
  // in one order everywhere, so that two revocations never wait for each other
  for (const number of [...new Set(numbers)].sort((a, b) => a - b))
    await execute(tx, 'UPDATE status_list SET version = version + 1 WHERE number = ?', [number])
}

export const revokedIndices = async (on: Reader, number: number): Promise<number[]> => {
  const found = await rows<{ status_index: number }>(
    on,
    'SELECT status_index FROM issued_credential WHERE status_list = ? AND revoked_at IS NOT NULL',
    [number],
  )
  return found.map((revoked) => revoked.status_index)
}
