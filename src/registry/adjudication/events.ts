/** Leaves of adjudication, on every person who was shown or compared. */
import { type Actor, record } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import type { Tx } from '#kernel/db/db.ts'
import type { PersonId } from '../identity/person.ts'
import type { Verdict } from './store.ts'

type Role = 'subject' | 'candidate'
export interface Shown {
  readonly person: PersonId
  readonly role: Role
}
const kinds = {
  /** A packet resembles this person's record, or this person's packet resembles others. */
  opened: 'adjudication.opened',
  /** An adjudicator saw this person's record. */
  shown: 'adjudication.shown',
  decided: 'adjudication.decided',
  withdrawn: 'adjudication.withdrawn',
} as const

export async function recordOnAll(
  ctx: Context,
  tx: Tx,
  event: keyof typeof kinds,
  about: {
    readonly caseId: string
    readonly actor: Actor
    readonly verdict?: Verdict
    readonly persons: readonly Shown[]
  },
): Promise<void> {
  const { caseId, actor, verdict, persons } = about
  for (const { person, role } of persons) {
    const content = { case: caseId, role, ...(verdict !== undefined && { verdict }) }
    await record(ctx, tx, { kind: kinds[event], person, actor, content })
  }
}
