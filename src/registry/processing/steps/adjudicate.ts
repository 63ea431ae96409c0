import { decisionOf, takeEffect } from '../../adjudication/store.ts'
import { openStored } from '../../packet/open.ts'
import type { Step } from '../step.ts'

/** A person decides (adjudication/decide); his decision takes effect here, once its time of grace is over. */
export const adjudicate: Step<'open' | 'unique' | 'duplicate'> = async (ctx, packet) => {
  const { identity } = await openStored(ctx, packet)
  return async (tx) => {
    const decision = await decisionOf(tx, packet.rid)
    if (decision === undefined) return { outcome: 'open' }
    const left = decision.takesEffectAt - ctx.now().getTime()
    if (left > 0) return { outcome: 'open', againAfterMs: left }
    await takeEffect(tx, decision.caseId)
    if (decision.verdict === 'unique') return { outcome: 'unique' }
    return { outcome: 'duplicate', reason: 'adjudication.duplicate', tell: identity }
  }
}
