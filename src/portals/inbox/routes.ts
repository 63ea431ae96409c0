/** `/inbox`: what residents receive, as a phone. Demo and test profiles only. */
import { z } from 'zod'
import { loadSandbox } from '#kernel/config/sandbox.ts'
import { type Route, route } from '#kernel/http/http.ts'
import { page, type WebFolder } from '#kernel/web/page.ts'
import type { PortalsContext } from '../context.ts'
import { bubblesOf, phonesOf } from './inbox.ts'

export const inboxFolder: WebFolder = { name: 'inbox', folder: new URL('./', import.meta.url) }

export const inboxRoutes = (ctx: PortalsContext): readonly Route[] => {
  if (ctx.config.profile === 'production') return []
  const { persons } = loadSandbox(ctx)
  return [
    route({
      method: 'GET',
      path: '/inbox',
      summary: 'Messages to residents, as on their phones',
      query: z.object({ phone: z.string().max(32).optional() }),
      handle: async (incoming) => {
        const phones = await phonesOf(ctx, incoming.language, persons)
        const phone = phones.find(({ key }) => key === incoming.query.phone) ?? phones[0]
        return page(ctx, incoming, {
          template: new URL('views/inbox.njk', import.meta.url),
          titleKey: 'inbox.title',
          service: { nameKey: 'inbox.service', url: '/inbox' },
          backLink: { href: '/', textKey: 'inbox.back' },
          styles: ['/assets/inbox/inbox.css'],
          scripts: ['/assets/inbox/refresh.ts'],
          data: {
            phones,
            phone,
            bubbles: phone ? await bubblesOf(ctx, phone) : [],
          },
        })
      },
    }),
  ]
}
