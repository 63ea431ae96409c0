/** My record, and my number in full. Each view is one entry in "Who used my identity". */
import type { Reply } from '#kernel/http/http.ts'
import { readIdentity, revealUin } from '#registry'
import { photoUri } from '../data-uri.ts'
import { presentFields } from '../present-fields.ts'
import { self, type Visit, visitPage } from './visit.ts'

const reading = { actor: self, purpose: 'my-identity' }

export async function showRecord(visit: Visit): Promise<Reply> {
  const { ctx, incoming, session } = visit
  const identity = await readIdentity(ctx, session.person, reading)
  if (!identity) return { redirect: '/my-identity' }
  return visitPage(visit, 'record', {
    titleKey: 'my-identity.record-title',
    data: {
      photo: photoUri(identity.photo),
      uinMasked: identity.uinMasked,
      issuedAt: identity.issuedAt,
      version: identity.version,
      fields: presentFields(ctx.country, incoming.language, identity.fields),
    },
  })
}

/** Answers the form itself: a number in full has no address of its own. */
export async function showNumber(visit: Visit): Promise<Reply> {
  const uin = await revealUin(visit.ctx, visit.session.person, reading)
  if (uin === undefined) return { redirect: '/my-identity' }
  return visitPage(visit, 'number', {
    titleKey: 'my-identity.number-title',
    backLink: { href: '/my-identity/record', textKey: 'my-identity.number-hide' },
    data: { uin },
  })
}
