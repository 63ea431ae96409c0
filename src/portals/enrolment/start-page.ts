/** The start of an enrolment: at which centre, asked once a sitting, then remembered by the browser that stands there. */
import type { Incoming, Reply } from '#kernel/http/http.ts'
import type { RegistryContext, StaffMember } from '#registry'
import { inLanguage } from '../present-fields.ts'
import { staffPage } from '../staff-page.ts'
import { portal } from './access.ts'
import { beginDraft } from './draft.ts'

const centreCookie = 'plinth_centre'

export function showStart(
  ctx: RegistryContext,
  incoming: Incoming,
  staff: StaffMember,
  { gone = false, unchosen = false }: { readonly gone?: boolean; readonly unchosen?: boolean } = {},
): Promise<Reply> {
  const { language } = incoming
  const byName = new Intl.Collator(language).compare
  const centres = ctx.country.centres
    .map(({ code, name }) => ({ value: code, text: inLanguage(name, language) }))
    .sort((a, b) => byName(a.text, b.text))
  return staffPage(
    ctx,
    incoming,
    { portal, staff },
    {
      template: new URL('views/start.njk', import.meta.url),
      titleKey: 'enrolment.title',
      ...(unchosen && {
        errors: [{ field: 'centre', key: 'enrolment.error-centre' }],
        status: 400,
      }),
      data: { gone, groups: ctx.country.groups, centres, centre: remembered(ctx, incoming) },
    },
  )
}

/** `chosen`: code of a centre; without one the remembered centre counts. */
export async function begin(
  ctx: RegistryContext,
  incoming: Incoming,
  staff: StaffMember,
  chosen: string | undefined,
): Promise<Reply> {
  const centre = chosen === undefined ? remembered(ctx, incoming) : known(ctx, chosen)
  if (centre === undefined) return showStart(ctx, incoming, staff, { unchosen: true })
  const { draft, cookies } = await beginDraft(ctx, incoming, { staff: staff.id, centre })
  return {
    redirect: `/enrolment/${draft.id}/${ctx.country.groups[0]?.id}`,
    cookies: [
      ...cookies,
      { name: centreCookie, value: centre, path: '/enrolment', sameSite: 'lax' },
    ],
  }
}

/** In a country of one centre nobody is asked. */
const remembered = (ctx: RegistryContext, incoming: Incoming): string | undefined => {
  const { centres } = ctx.country
  return centres.length === 1 ? centres[0]?.code : known(ctx, incoming.cookies.get(centreCookie))
}

const known = (ctx: RegistryContext, code: string | undefined): string | undefined =>
  ctx.country.centres.find((centre) => centre.code === code)?.code
