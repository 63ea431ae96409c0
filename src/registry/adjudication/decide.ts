/**
 * A person decides whether a packet is of somebody whom we know. Once, by compare-and-set. The decision takes effect
 * after `registry.decisionGraceMs`; until then it can be taken back. Four eyes on `duplicate` are not asked for yet.
 *
 * Every path locks the packet before the case, as the worker does.
 */
import type { Actor } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import { type Tx, transaction } from '#kernel/db/db.ts'
import { uuid } from '../identity/person.ts'
import { problem } from '../problems.ts'
import { enqueueMove } from '../processing/job.ts'
import { recordOnAll } from './events.ts'
import { personsOf } from './open.ts'
import {
  type CaseRow,
  caseById,
  lockWaiting,
  setDecided,
  setOpenAgain,
  type Verdict,
} from './store.ts'

/** Problems: `adjudication.unknown-case`, `adjudication.already-decided`. */
export async function decideCase(
  ctx: Context,
  id: string,
  decision: { readonly verdict: Verdict; readonly reason: string },
  actor: Actor,
): Promise<void> {
  const { verdict } = decision
  const reason = await ctx.vault.seal(reasonPlace(id), decision.reason)
  await transaction(ctx, async (tx) => {
    const { found, moves } = await locked(tx, id)
    const takesEffectAt = ctx.now().getTime() + ctx.config.registry.decisionGraceMs
    const values = { verdict, reason, decidedBy: actor.id, takesEffectAt }
    if (moves === undefined || !(await setDecided(tx, id, values)))
      throw problem('adjudication.already-decided')
    const persons = await personsOf(tx, found)
    await recordOnAll(ctx, tx, 'decided', { caseId: id, actor, verdict, persons })
    const job = { rid: found.rid, stage: 'adjudicate', moves }
    const options = { key: `${found.rid}:${moves}:${uuid(ctx)}`, runAt: new Date(takesEffectAt) }
    await enqueueMove(ctx, tx, job, options)
  })
}

/** Problems: `adjudication.unknown-case`, `adjudication.not-decided`, `adjudication.took-effect`. */
export const withdrawDecision = (ctx: Context, id: string, actor: Actor): Promise<void> =>
  transaction(ctx, async (tx) => {
    const { found, moves } = await locked(tx, id)
    if (found.status === 'closed' || moves === undefined) throw problem('adjudication.took-effect')
    if (!(await setOpenAgain(tx, id))) throw problem('adjudication.not-decided')
    const persons = await personsOf(tx, found)
    await recordOnAll(ctx, tx, 'withdrawn', { caseId: id, actor, persons })
  })

async function locked(
  tx: Tx,
  id: string,
): Promise<{ readonly found: CaseRow; readonly moves: number | undefined }> {
  const first = await caseById(tx, id)
  if (first === undefined) throw problem('adjudication.unknown-case')
  const moves = await lockWaiting(tx, first.rid)
  return { found: (await caseById(tx, id)) ?? first, moves }
}

const reasonPlace = (row: string) => ({ table: 'adjudication_case', column: 'reason', row })
