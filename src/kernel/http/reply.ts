/** A handler's value onto the wire. */
import assert from 'node:assert/strict'
import type { Context as KoaContext } from 'koa'
import type { Reply, Route } from './route.ts'
import { contentSecurityPolicy } from './security-headers.ts'

export interface Wire {
  readonly https: boolean
  readonly cspNonce: string
}

export function writeReply(koa: KoaContext, reply: Reply, wire: Wire): void {
  if (reply.handled) {
    koa.respond = false
    return
  }
  koa.status = reply.status ?? (reply.redirect === undefined ? 200 : 303)
  for (const cookie of reply.cookies ?? [])
    koa.res.appendHeader('set-cookie', cookieText(cookie, wire))
  if (reply.formActions)
    koa.set('content-security-policy', contentSecurityPolicy(wire.cspNonce, reply.formActions))
  if (reply.redirect !== undefined) koa.set('location', reply.redirect)
  writeBody(koa, reply)
  // Last: a handler may know the media type better (application/jwk-set+json).
  for (const [name, value] of Object.entries(reply.headers ?? {})) koa.set(name, value)
}

function writeBody(koa: KoaContext, reply: Reply): void {
  if (reply.json !== undefined)
    set(koa, 'application/json; charset=utf-8', JSON.stringify(reply.json))
  else if (reply.html !== undefined) set(koa, 'text/html; charset=utf-8', reply.html)
  else if (reply.text !== undefined) set(koa, 'text/plain; charset=utf-8', reply.text)
  else if (reply.bytes !== undefined) set(koa, reply.bytes.type, asBuffer(reply.bytes.data))
  else {
    const { status } = koa
    koa.body = null
    // Koa takes an empty body to mean 204; a redirect or a 202 says what it says.
    koa.status = status === 200 ? 204 : status
  }
}

function set(koa: KoaContext, type: string, body: string | Buffer): void {
  const { status } = koa
  koa.set('content-type', type)
  koa.body = body
  koa.status = status
}

const asBuffer = (data: Uint8Array): Buffer =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength)

/** RFC 6265 §4.1.1. Never readable by scripts; `Secure` wherever residents come by https. */
function cookieText(cookie: NonNullable<Reply['cookies']>[number], { https }: Wire): string {
  assert(/^[\w!#$%&'*+.^`|~-]+$/.test(cookie.name), 'cookie name')
  const value = cookie.value ?? ''
  assert(/^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]*$/.test(value), 'cookie value')
  const maxAgeMs = cookie.value === undefined ? 0 : cookie.maxAgeMs
  return [
    `${cookie.name}=${value}`,
    `Path=${cookie.path ?? '/'}`,
    ...(maxAgeMs === undefined ? [] : [`Max-Age=${Math.floor(maxAgeMs / 1000)}`]),
    'HttpOnly',
    `SameSite=${cookie.sameSite === 'strict' ? 'Strict' : 'Lax'}`,
    ...(https ? ['Secure'] : []),
  ].join('; ')
}

/** Public documents: any origin may read them, none with the reader's cookies (Fetch §3.2). */
export function setCors(koa: KoaContext, route: Pick<Route, 'method'>): void {
  koa.set('access-control-allow-origin', '*')
  koa.set('cross-origin-resource-policy', 'cross-origin')
  koa.set('access-control-expose-headers', 'WWW-Authenticate, Retry-After, DPoP-Nonce, ETag')
  if (koa.method !== 'OPTIONS') return
  koa.set('access-control-allow-methods', route.method)
  koa.set('access-control-allow-headers', 'Authorization, Content-Type, DPoP')
  koa.set('access-control-max-age', '3600')
}
