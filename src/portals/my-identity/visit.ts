/** A signed-in resident's visit: who asks, and how his pages are made. */
import { timingSafeEqual } from 'node:crypto'
import type { ResidentSession } from '#idp'
import type { Incoming, Reply } from '#kernel/http/http.ts'
import { languageChosen, type PageOptions, page, type WebFolder } from '#kernel/web/page.ts'
import type { PortalsContext } from '../context.ts'
import { myIdentityProblem } from './problems.ts'

export const myIdentityFolder: WebFolder = {
  name: 'my-identity',
  folder: new URL('./', import.meta.url),
}

export interface Visit {
  readonly ctx: PortalsContext
  readonly incoming: Incoming
  readonly session: ResidentSession
}

/** What a resident does to what is his own. */
export const self = { type: 'resident', id: 'self' } as const
export const home = '/my-identity'

/** A stranger is led to sign in, and back to the page he wanted. */
export async function asResident(
  ctx: PortalsContext,
  incoming: Incoming,
  then: (visit: Visit) => Promise<Reply>,
): Promise<Reply> {
  const session = await ctx.idp.resident(incoming)
  if (session) return then({ ctx, incoming, session })
  const wanted = incoming.method === 'GET' ? incoming.url : home
  return {
    redirect: `/sign-in?return=${encodeURIComponent(wanted)}`,
    ...languageChosen(incoming),
  }
}

/** For acts: the form must carry the session's own token. Problems: `my-identity.form-expired`. */
export const asResidentActing = (
  ctx: PortalsContext,
  incoming: Incoming<unknown, unknown, { readonly csrf: string }>,
  then: (visit: Visit) => Promise<Reply>,
): Promise<Reply> =>
  asResident(ctx, incoming, (visit) => {
    const sent = Buffer.from(incoming.body.csrf)
    const own = Buffer.from(visit.session.csrf)
    if (sent.length !== own.length || !timingSafeEqual(sent, own))
      throw myIdentityProblem('my-identity.form-expired')
    return then(visit)
  })

/** `view`: name of the template. Every page but the first leads back to it. */
export const visitPage = (
  { ctx, incoming, session }: Visit,
  view: string,
  options: Omit<PageOptions, 'template'>,
): Promise<Reply> =>
  page(ctx, incoming, {
    template: new URL(`views/${view}.njk`, import.meta.url),
    service: { nameKey: 'my-identity.service', url: home },
    styles: ['/assets/my-identity/my-identity.css'],
    ...(view !== 'home' && { backLink: { href: home, textKey: 'my-identity.back' } }),
    account: [
      {
        textKey: 'my-identity.sign-out',
        post: { action: '/sign-out', fields: { csrf: session.csrf } },
      },
    ],
    ...options,
    data: { csrf: session.csrf, ...options.data },
  })
