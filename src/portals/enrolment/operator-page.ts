/** What all enrolment pages share. */
import type { Incoming, Reply } from '#kernel/http/http.ts'
import { type PageOptions, page } from '#kernel/web/page.ts'
import type { RegistryContext, StaffMember } from '#registry'

export const operatorPage = (
  ctx: RegistryContext,
  incoming: Incoming,
  staff: StaffMember,
  options: PageOptions,
): Promise<Reply> =>
  page(ctx, incoming, {
    layout: 'staff',
    service: { nameKey: 'enrolment.service', url: '/enrolment' },
    styles: ['/assets/enrolment/enrolment.css'],
    account: [
      { textKey: 'enrolment.signed-in', values: { name: staff.name } },
      { textKey: 'enrolment.sign-out', post: { action: '/staff/sign-out' } },
    ],
    ...options,
  })

export const view = (name: string): URL => new URL(`views/${name}.njk`, import.meta.url)
