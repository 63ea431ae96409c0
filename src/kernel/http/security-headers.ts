/**
 * Headers of every answer, engine's pages included (OWASP ASVS 5.0 §3.4). Set before anything else runs; what needs
 * something wider says so for itself, and only that.
 */
import type { ServerResponse } from 'node:http'

const constant: readonly (readonly [string, string])[] = [
  ['x-content-type-options', 'nosniff'],
  // No page's address, which may hold a transaction's id, travels to another site.
  ['referrer-policy', 'same-origin'],
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-resource-policy', 'same-origin'],
  ['x-frame-options', 'DENY'],
  [
    'permissions-policy',
    'camera=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), geolocation=(), microphone=(), payment=(), usb=()',
  ],
  ['cache-control', 'no-store'],
]

export function setSecurityHeaders(
  res: ServerResponse,
  { nonce, https }: { nonce: string; https: boolean },
): void {
  for (const [name, value] of constant) res.setHeader(name, value)
  res.setHeader('content-security-policy', contentSecurityPolicy(nonce))
  // RFC 6797 §7.2: the header means nothing over plain HTTP.
  if (https) res.setHeader('strict-transport-security', 'max-age=63072000')
}

/** `formActions`: origins beside our own that a form on the page may end up at, by a chain of redirects (CSP 3 §6.4.2). */
export const contentSecurityPolicy = (nonce: string, formActions: readonly string[] = []): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action ${["'self'", ...formActions].join(' ')}`,
  ].join('; ')
