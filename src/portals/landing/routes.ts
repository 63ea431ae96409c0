/** `/`: in the demo a map of everything that runs; in production the plain way in. */
import { loadSandbox } from '#kernel/config/sandbox.ts'
import { type Route, route } from '#kernel/http/http.ts'
import { page, type WebFolder } from '#kernel/web/page.ts'
import type { PortalsContext } from '../context.ts'
import { accountsOf, cardsOf } from './accounts.ts'
import { runningIn } from './running.ts'

export const landingFolder: WebFolder = { name: 'landing', folder: new URL('./', import.meta.url) }

export const landingRoutes = (ctx: PortalsContext): readonly Route[] => [
  route({
    method: 'GET',
    path: '/',
    summary: 'The start page',
    handle: ctx.config.profile === 'production' ? (incoming) => start(ctx, incoming) : demo(ctx),
  }),
]

const start = (ctx: PortalsContext, incoming: Parameters<Route['handle']>[0]) =>
  page(ctx, incoming, {
    template: new URL('views/start.njk', import.meta.url),
    titleKey: 'landing.start-title',
    styles: ['/assets/landing/landing.css'],
  })

const demo = (ctx: PortalsContext): Route['handle'] => {
  const sandbox = loadSandbox(ctx)
  return (incoming) => {
    const accounts = accountsOf(ctx, incoming.language, sandbox)
    return page(ctx, incoming, {
      template: new URL('views/landing.njk', import.meta.url),
      titleKey: 'landing.title',
      styles: ['/assets/landing/landing.css'],
      data: {
        bank: ctx.links['harbour-bank'],
        accounts,
        cards: cardsOf(accounts),
        running: runningIn(ctx),
      },
    })
  }
}
