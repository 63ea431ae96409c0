import { z } from 'zod'
import type { Context } from '../context.ts'
import { type Route, route } from '../http/http.ts'
import { listInbox } from './store.ts'

/** `GET /sandbox/inbox?to=`: JSON `[{to, channel, subject, text, at}]`, newest first, at most 50; demo and test profiles only. */
export const messageRoutes = (ctx: Context): readonly Route[] =>
  ctx.config.profile === 'production'
    ? []
    : [
        route({
          method: 'GET',
          path: '/sandbox/inbox',
          summary: 'Messages sent to residents, newest first; demo and test profiles only.',
          query: z.object({ to: z.string().min(1).max(200).optional() }),
          handle: async ({ query }) => ({
            headers: { 'cache-control': 'no-store' },
            json: await listInbox(ctx, query.to),
          }),
        }),
      ]
