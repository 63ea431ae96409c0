import { openStored } from '../../packet/open.ts'
import { tellArrival } from '../../residents/notices.ts'
import { type Step, settled } from '../step.ts'

/** The identity object against the pack's schema, languages and places; the centre against the pack's list. */
export const validateFields: Step<'valid' | 'invalid'> = async (ctx, packet) => {
  const { identity, centre } = await openStored(ctx, packet)
  if (!ctx.country.centres.some(({ code }) => code === centre))
    return settled({ outcome: 'invalid', reason: 'packet.unknown-centre' })
  const finding = ctx.validateIdentity(identity, ctx.now())
  if (finding !== undefined)
    return settled({ outcome: 'invalid', reason: finding.fault, fields: finding.fields })
  return async (tx) => {
    await tellArrival(ctx, tx, packet.rid, identity)
    return { outcome: 'valid' }
  }
}
