/** The engine's own pages, in our layout: a request that cannot go back to its client, and leaving. */
import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider'
import { bareIncoming } from '#kernel/http/incoming.ts'
import { type PageOptions, page } from '#kernel/web/page.ts'
import type { IdpParts } from '../context.ts'
import { errorPage } from '../interactions/error-page.ts'

/** Says what the client's developer needs (the OAuth error code) and nothing that came with the request. */
export const engineError = async (
  ctx: IdpParts,
  engine: KoaContextWithOIDC,
  out: ErrorOut,
  error: Error,
): Promise<void> => {
  const { status } = engine
  if (status >= 500) ctx.log.error({ error: error.name, route: engine.oidc.route }, 'engine failed')
  await show(ctx, engine, { ...errorPage(out.error), status })
}

export const logoutPage = async (
  ctx: IdpParts,
  engine: KoaContextWithOIDC,
  form: string,
): Promise<void> => {
  const { client, params } = engine.oidc
  const back = params?.post_logout_redirect_uri
  if (typeof back === 'string') allowFormTo(engine, new URL(back).origin)
  await show(ctx, engine, {
    template: new URL('../views/logout.njk', import.meta.url),
    titleKey: 'idp.logout.title',
    data: { form, clientName: client?.clientName },
  })
}

export const loggedOutPage = (ctx: IdpParts, engine: KoaContextWithOIDC): Promise<void> =>
  show(ctx, engine, {
    template: new URL('../views/message.njk', import.meta.url),
    titleKey: 'idp.logged-out.title',
    data: { textKey: 'idp.logged-out.text' },
  })

const show = async (
  ctx: IdpParts,
  engine: KoaContextWithOIDC,
  options: PageOptions,
): Promise<void> => {
  const incoming = bareIncoming(ctx, engine as unknown as Parameters<typeof bareIncoming>[1], '')
  const reply = await page(ctx, incoming, options)
  for (const [name, value] of Object.entries(reply.headers ?? {})) engine.set(name, value)
  engine.status = reply.status ?? 200
  engine.type = 'html'
  engine.body = reply.html ?? ''
}

/** CSP 3 §6.4.2: a form's target counts to the end of its redirects. */
const allowFormTo = (engine: KoaContextWithOIDC, origin: string): void => {
  const policy = engine.response.get('content-security-policy')
  engine.set(
    'content-security-policy',
    policy.replace("form-action 'self'", `form-action 'self' ${origin}`),
  )
}
