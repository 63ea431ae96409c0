import type { Context } from '#kernel/context.ts'
import type { PersonId } from '#registry'
import { issuancesOf } from './store.ts'

/** One credential as its holder sees it, however many copies his wallet holds. */
export interface IssuedView {
  readonly id: string
  readonly configurationId: string
  readonly format: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  readonly status: 'valid' | 'revoked'
}

export const credentialsOf = async (
  ctx: Context,
  person: PersonId,
): Promise<readonly IssuedView[]> => {
  const found = await issuancesOf(ctx.db, person)
  return found.map((issuance) => ({
    id: issuance.id,
    configurationId: issuance.configuration,
    format: issuance.format,
    issuedAt: new Date(issuance.issued_at),
    expiresAt: new Date(issuance.expires_at),
    status: issuance.revoked_at === null ? 'valid' : 'revoked',
  }))
}
