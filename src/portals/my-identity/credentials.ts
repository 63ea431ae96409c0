/** Credentials: what I hold in wallets, and how to get one. */
import type { Reply } from '#kernel/http/http.ts'
import { inLanguage } from '../present-fields.ts'
import { self, type Visit, visitPage } from './visit.ts'

const path = '/my-identity/credentials'

export async function showCredentials(visit: Visit, done: string | undefined): Promise<Reply> {
  const { ctx, incoming, session } = visit
  const configurations = ctx.issuer.configurations().map((configuration) => ({
    id: configuration.id,
    text: inLanguage(configuration.name, incoming.language),
  }))
  const issued = await ctx.issuer.credentialsOf(session.person)
  return visitPage(visit, 'credentials', {
    titleKey: 'my-identity.credentials-title',
    data: {
      done,
      configurations,
      credentials: issued.map((credential) => ({
        ...credential,
        name:
          configurations.find(({ id }) => id === credential.configurationId)?.text ??
          credential.configurationId,
      })),
    },
  })
}

/** Answers the form itself: an offer is a secret, so it has no address of its own. */
export async function offerCredential(visit: Visit, configurationId: string): Promise<Reply> {
  const { ctx, incoming, session } = visit
  const configuration = ctx.issuer.configurations().find(({ id }) => id === configurationId)
  if (!configuration) return { redirect: path }
  const offer = await ctx.issuer.offer(session.person, [configuration.id], self)
  return visitPage(visit, 'offer', {
    titleKey: 'my-identity.offer-title',
    backLink: { href: path, textKey: 'my-identity.offer-back' },
    data: {
      name: inLanguage(configuration.name, incoming.language),
      uri: offer.uri,
      qr: `data:image/svg+xml;base64,${Buffer.from(offer.qrSvg).toString('base64')}`,
      expiresAt: offer.expiresAt,
      txCodeLength: offer.txCode.length,
    },
  })
}

export async function revokeCredential(visit: Visit, id: string): Promise<Reply> {
  await visit.ctx.issuer.revoke(visit.session.person, id, 'holder-request', self)
  return { redirect: `${path}?done=revoked` }
}
