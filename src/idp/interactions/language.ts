/** OIDC Core §3.1.2.1 `ui_locales`: what the client knows of the person's languages, unless the person chose one here. */
import type { Context } from '#kernel/context.ts'
import type { Incoming } from '#kernel/http/http.ts'
import { languageCookie } from '#kernel/web/page.ts'

export const inLanguage = (
  ctx: Context,
  incoming: Incoming,
  uiLocales: string | undefined,
): Incoming => {
  const chosen =
    new URL(incoming.url, 'http://page').searchParams.has('lang') ||
    incoming.cookies.get(languageCookie) !== undefined
  const wished = chosen ? undefined : firstKnown(ctx, uiLocales ?? '')
  return wished === undefined ? incoming : { ...incoming, language: wished }
}

const firstKnown = (ctx: Context, uiLocales: string): string | undefined => {
  const tags = ctx.country.languages.map(({ tag }) => tag)
  for (const wish of uiLocales.split(' ', 10)) {
    const found = tags.find((tag) => tag === wish || tag === wish.split('-')[0])
    if (found !== undefined) return found
  }
  return undefined
}
