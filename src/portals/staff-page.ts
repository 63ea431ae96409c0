/** Pages of staff: who may open them, and what all of them show: the full width, who is signed in, the way out. */
import type { Context } from '#kernel/context.ts'
import type { Incoming, Reply } from '#kernel/http/http.ts'
import { languageChosen, type PageOptions, page, type WebFolder } from '#kernel/web/page.ts'
import { requireStaff, type StaffMember, type StaffRole, staffOf } from '#registry'

export const staffPageFolder: WebFolder = {
  name: 'portals',
  folder: new URL('./', import.meta.url),
}

export interface StaffPortal {
  /** Of its folder: prefix of its texts and of its assets. */
  readonly name: string
  readonly url: string
  readonly role: StaffRole
}

export const staffPage = (
  ctx: Context,
  incoming: Incoming,
  { portal: { name, url }, staff }: { readonly portal: StaffPortal; readonly staff: StaffMember },
  options: PageOptions,
): Promise<Reply> =>
  page(ctx, incoming, {
    layout: 'staff',
    service: { nameKey: `${name}.service`, url },
    styles: [`/assets/${name}/${name}.css`],
    account: [
      { textKey: 'portals.signed-in', values: { name: staff.name } },
      { textKey: 'portals.sign-out', post: { action: '/staff/sign-out' } },
    ],
    ...options,
  })

/**
 * A stranger is led to the sign-in page and from there to `back`; staff without the role are refused (403), a reader with
 * a page that leads to another account. Problems: `staff.forbidden`.
 */
export async function asStaff(
  ctx: Context,
  incoming: Incoming,
  { portal, back }: { readonly portal: StaffPortal; readonly back: string },
  then: (staff: StaffMember) => Promise<Reply> | Reply,
): Promise<Reply> {
  const staff = await staffOf(ctx, incoming)
  if (staff === undefined) return signInFirst(incoming, back)
  if (!staff.roles.includes(portal.role) && incoming.method === 'GET')
    return wrongAccount(ctx, incoming, { portal, staff })
  return then(await requireStaff(ctx, incoming, portal.role))
}

export const signInFirst = (incoming: Incoming, back: string): Reply => ({
  redirect: signInUrl(back),
  ...languageChosen(incoming),
})

const signInUrl = (back: string): string => `/staff/sign-in?return=${encodeURIComponent(back)}`

const wrongAccount = (
  ctx: Context,
  incoming: Incoming,
  who: { readonly portal: StaffPortal; readonly staff: StaffMember },
): Promise<Reply> =>
  staffPage(ctx, incoming, who, {
    template: new URL('views/wrong-account.njk', import.meta.url),
    titleKey: 'portals.wrong-account-title',
    styles: [],
    status: 403,
    data: {
      who: who.staff.name,
      roleKey: `portals.role-${who.portal.role}`,
      href: signInUrl(who.portal.url),
    },
  })
