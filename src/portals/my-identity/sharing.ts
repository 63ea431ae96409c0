/** Consents that are remembered: what services get without asking me again. */
import type { Reply } from '#kernel/http/http.ts'
import { claimLabel } from './claim-label.ts'
import { type Visit, visitPage } from './visit.ts'

export async function showSharing(visit: Visit, done: string | undefined): Promise<Reply> {
  const { ctx, incoming, session } = visit
  const consents = await ctx.idp.consentsOf(session.person)
  return visitPage(visit, 'sharing', {
    titleKey: 'my-identity.sharing-title',
    data: {
      done,
      consents: consents.map((consent) => ({
        ...consent,
        claims: consent.claims.map((claim) => claimLabel(ctx, incoming.language, claim)),
      })),
    },
  })
}

export async function stopSharing(visit: Visit, id: string): Promise<Reply> {
  await visit.ctx.idp.revokeConsent(visit.session.person, id)
  return { redirect: '/my-identity/sharing?done=stopped' }
}
