import { execute, insertIfAbsent, type Reader, row, rows, type Tx } from '#kernel/db/db.ts'
import type { Rid } from '../identifiers/identifiers.ts'
import type { PersonId } from '../identity/person.ts'

export type Verdict = 'unique' | 'duplicate'
export interface CaseRow {
  readonly id: string
  readonly rid: Rid
  readonly person: PersonId
  readonly opened_at: number
  readonly status: 'open' | 'decided' | 'closed'
  readonly verdict: Verdict | null
  readonly decided_by: string | null
  readonly takes_effect_at: number | null
}
const columns = 'id, rid, person, opened_at, status, verdict, decided_by, takes_effect_at'

export const insertCase = (
  tx: Tx,
  opened: Pick<CaseRow, 'id' | 'rid' | 'person' | 'opened_at'>,
): Promise<boolean> => insertIfAbsent(tx, 'adjudication_case', { ...opened, status: 'open' })

export const caseById = (on: Reader, id: string): Promise<CaseRow | undefined> =>
  row(on, `SELECT ${columns} FROM adjudication_case WHERE id = ?`, [id])

export interface ListedCase extends CaseRow {
  readonly candidates: number
}

/** Newest first, the open ones; `before` is the id of the last case of the page before. */
export const listOpen = (
  on: Reader,
  page: { readonly limit: number; readonly before?: CaseRow },
): Promise<ListedCase[]> => {
  const { before } = page
  const older = before === undefined ? '' : 'AND (opened_at < ? OR (opened_at = ? AND id < ?))'
  return rows(
    on,
    `SELECT ${columns}, (SELECT COUNT(*) FROM packet_candidate c WHERE c.rid = a.rid) AS candidates
       FROM adjudication_case a WHERE status = 'open' ${older}
       ORDER BY opened_at DESC, id DESC LIMIT ?`,
    [...(before ? [before.opened_at, before.opened_at, before.id] : []), page.limit],
  )
}

/** The compare-and-set of a decision: false when it is not open. */
export const setDecided = async (
  tx: Tx,
  id: string,
  decision: {
    readonly verdict: Verdict
    readonly reason: string
    readonly decidedBy: string
    readonly takesEffectAt: number
  },
): Promise<boolean> =>
  (await execute(
    tx,
    `UPDATE adjudication_case SET status = 'decided', verdict = ?, reason = ?, decided_by = ?,
       takes_effect_at = ? WHERE id = ? AND status = 'open'`,
    [decision.verdict, decision.reason, decision.decidedBy, decision.takesEffectAt, id],
  )) === 1

/** False when it is not decided, or took effect. */
export const setOpenAgain = async (tx: Tx, id: string): Promise<boolean> =>
  (await execute(
    tx,
    `UPDATE adjudication_case SET status = 'open', verdict = NULL, reason = NULL, decided_by = NULL,
       takes_effect_at = NULL WHERE id = ? AND status = 'decided'`,
    [id],
  )) === 1

export interface Decision {
  readonly caseId: string
  readonly verdict: Verdict
  readonly takesEffectAt: number
}

/** Undefined while the packet's case is open. */
export async function decisionOf(on: Reader, rid: string): Promise<Decision | undefined> {
  const found = await row<CaseRow>(
    on,
    `SELECT ${columns} FROM adjudication_case WHERE rid = ? AND status = 'decided'`,
    [rid],
  )
  if (found?.verdict == null || found.takes_effect_at === null) return undefined
  return { caseId: found.id, verdict: found.verdict, takesEffectAt: found.takes_effect_at }
}

export const takeEffect = (tx: Tx, id: string): Promise<number> =>
  execute(tx, "UPDATE adjudication_case SET status = 'closed' WHERE id = ?", [id])

/** Locks the waiting packet until the transaction ends; answers its count of moves, or undefined when it moved on. */
export async function lockWaiting(tx: Tx, rid: Rid): Promise<number | undefined> {
  const held = await execute(
    tx,
    "UPDATE packet SET moved_at = moved_at WHERE rid = ? AND stage = 'adjudicate' AND state = 'waiting'",
    [rid],
  )
  if (held === 0) return undefined
  return (await row<{ moves: number }>(tx, 'SELECT moves FROM packet WHERE rid = ?', [rid]))?.moves
}
