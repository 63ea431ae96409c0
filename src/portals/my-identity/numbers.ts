/** Virtual numbers (VID): made to be given away instead of the UIN. */
import type { Reply } from '#kernel/http/http.ts'
import { Problem } from '#kernel/problems.ts'
import { createVid, listVids, revokeVid, type Vid } from '#registry'
import { inLanguage } from '../present-fields.ts'
import { self, type Visit, visitPage } from './visit.ts'

const path = '/my-identity/numbers'

export async function showNumbers(
  visit: Visit,
  options: { readonly done?: string | undefined; readonly error?: string } = {},
): Promise<Reply> {
  const { ctx, incoming, session } = visit
  const nameOf = (type: string) => {
    const policy = ctx.country.vidTypes.find((vidType) => vidType.type === type)
    return policy ? inLanguage(policy.name, incoming.language) : type
  }
  const vids = await listVids(ctx, session.person)
  const views = vids.map((vid) => ({ ...vid, name: nameOf(vid.type) }))
  return visitPage(visit, 'numbers', {
    titleKey: 'my-identity.numbers-title',
    ...(options.error && {
      errors: [{ field: 'type', key: `my-identity.${options.error}` }],
      status: 409,
    }),
    data: {
      done: options.done,
      active: views.filter(({ status }) => status === 'ACTIVE'),
      past: views.filter(({ status }) => status !== 'ACTIVE').slice(0, 20),
      types: ctx.country.vidTypes.map((policy) => ({
        ...policy,
        text: inLanguage(policy.name, incoming.language),
      })),
    },
  })
}

export async function addNumber(visit: Visit, type: string): Promise<Reply> {
  try {
    await createVid(visit.ctx, visit.session.person, type, self)
  } catch (error) {
    // The two refusals that a reader can act on are told beside the form.
    if (error instanceof Problem && error.code === 'vid.too-many')
      return showNumbers(visit, { error: 'numbers-too-many' })
    if (error instanceof Problem && error.code === 'vid.type-unknown')
      return showNumbers(visit, { error: 'numbers-choose' })
    throw error
  }
  return { redirect: `${path}?done=added` }
}

export async function revokeNumber(visit: Visit, vid: string): Promise<Reply> {
  await revokeVid(visit.ctx, visit.session.person, vid as Vid, self)
  return { redirect: `${path}?done=revoked` }
}
