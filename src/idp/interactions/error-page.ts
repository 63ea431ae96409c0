import type { PageOptions } from '#kernel/web/page.ts'

/** Errors that a person meets and can do something about; all others get the general words. */
const worded: Readonly<Record<string, string>> = {
  invalid_client: 'unknown-service',
  invalid_redirect_uri: 'unknown-service',
  invalid_request_uri: 'used',
  session_not_found: 'expired',
  access_denied: 'denied',
}

/** `code` is the OAuth error, for the service's developer. */
export const errorPage = (code: string): PageOptions => ({
  template: new URL('../views/error.njk', import.meta.url),
  titleKey: 'idp.error.title',
  data: { code, textKey: `idp.error.${worded[code] ?? 'other'}` },
})
