/** Cross-site request forgery: a form that a browser posts must come from a page of ours. */
import type { IncomingHttpHeaders } from 'node:http'

/**
 * Sec-Fetch-Site (Fetch Metadata §2.3) where the browser sends it, else Origin (Fetch §3.2). Every browser sends one of
 * the two on a POST; a client that sends neither is none that somebody could be tricked into using.
 */
export function isSameOrigin(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin' || site === 'none'
  return headers.origin === undefined || headers.origin === publicUrl
}
