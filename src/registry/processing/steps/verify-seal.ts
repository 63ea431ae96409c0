import { Problem } from '#kernel/problems.ts'
import { openPacket, storedSeal } from '../../packet/open.ts'
import { type Step, settled } from '../step.ts'

/** Once more, from what was stored: the bytes are those that came, and both seals are whole. */
export const verifySeal: Step<'intact' | 'broken'> = async (ctx, packet) => {
  try {
    await openPacket(ctx, await storedSeal(ctx, packet))
    return settled({ outcome: 'intact' })
  } catch (error) {
    // A key store or a database that is down is no broken seal: only the packet's own problems are.
    if (error instanceof Problem && error.code.startsWith('packet.') && error.status < 500)
      return settled({ outcome: 'broken', reason: error.code })
    throw error
  }
}
