/** Who may open an enrolment page: an operator, and of a draft only the one who began it. */
import type { Incoming, Reply } from '#kernel/http/http.ts'
import { type RegistryContext, type StaffMember, staffOf } from '#registry'
import { asStaff, signInFirst } from '../staff-page.ts'
import { type Draft, isHolder, loadDraft } from './draft.ts'

export const portal = { name: 'enrolment', url: '/enrolment', role: 'operator' } as const

export const asOperator = (
  ctx: RegistryContext,
  incoming: Incoming,
  then: (staff: StaffMember) => Promise<Reply> | Reply,
): Promise<Reply> => asStaff(ctx, incoming, { portal, back: pathOf(incoming) }, then)

/** The draft, if it is this operator's; one that ran out or is somebody else's leads to the start. */
export const withDraft = (
  ctx: RegistryContext,
  incoming: Incoming<{ readonly draft: string }>,
  then: (draft: Draft, staff: StaffMember) => Promise<Reply> | Reply,
): Promise<Reply> =>
  asOperator(ctx, incoming, async (staff) => {
    const draft = await loadDraft(ctx, incoming.params.draft)
    if (draft === undefined || draft.staff !== staff.id) return { redirect: '/enrolment?gone=1' }
    return then(draft, staff)
  })

/**
 * For what was just typed: when the session ran out meanwhile, the browser that began the draft may still save into it
 * (it reads nothing back), then its operator signs in and goes on where he was.
 */
export async function saveEvenSignedOut(
  ctx: RegistryContext,
  incoming: Incoming<{ readonly draft: string }>,
  save: (draft: Draft) => Promise<unknown>,
  then: (draft: Draft, staff: StaffMember) => Promise<Reply> | Reply,
): Promise<Reply> {
  if ((await staffOf(ctx, incoming)) !== undefined) return withDraft(ctx, incoming, then)
  const draft = await loadDraft(ctx, incoming.params.draft)
  if (draft !== undefined && isHolder(ctx, incoming, draft)) await save(draft)
  return signInFirst(incoming, pathOf(incoming))
}

const pathOf = ({ url }: Incoming): string => url.split('?', 1)[0] ?? '/enrolment'
