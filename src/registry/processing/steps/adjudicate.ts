import { decisionOf, takeEffect } from '../../adjudication/store.ts'
import type { Step } from '../step.ts'

/** A person decides (adjudication/decide); his decision takes effect here, once its time of grace is over. */
export const adjudicate: Step<'open' | 'unique' | 'duplicate'> =
  async (ctx, packet) => async (tx) => {
    const decision = await decisionOf(tx, packet.rid)
    if (decision === undefined) return { outcome: 'open' }
    const left = decision.takesEffectAt - ctx.now().getTime()
    if (left > 0) return { outcome: 'open', againAfterMs: left }
    await takeEffect(tx, decision.caseId)
    return decision.verdict === 'unique'
      ? { outcome: 'unique' }
      : { outcome: 'duplicate', reason: 'adjudication.duplicate' }
  }
