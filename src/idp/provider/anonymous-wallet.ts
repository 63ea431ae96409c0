/**
 * A wallet may redeem a pre-authorized code without being a registered client (OpenID4VCI 1.0 §6.1,
 * `pre-authorized_grant_anonymous_access_supported`). The engine knows no request without a client, so such a request
 * is given the id of a client that can do nothing else.
 */
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { Context as KoaContext, Middleware } from 'koa'
import type { ClientMetadata } from 'oidc-provider'
import { preAuthorizedCode } from '../clients/metadata.ts'

export const anonymousWallet = {
  client_id: 'anonymous-wallet',
  client_name: 'Wallet',
  redirect_uris: [],
  response_types: [],
  grant_types: [preAuthorizedCode],
  token_endpoint_auth_method: 'none',
  // no sector can be told from a client without URIs, and this one never gets a `sub`
  subject_type: 'public',
  id_token_signed_response_alg: 'ES256',
} satisfies ClientMetadata

/** The engine's own bound on a form (56 KiB). */
const bodyBytesMax = 56 * 1024

export const nameAnonymousWallets =
  (tokenPath: string): Middleware =>
  async (koa, next) => {
    if (koa.path === tokenPath && koa.method === 'POST' && mayBeAnonymous(koa)) {
      const body = await readForm(koa)
      if (body !== undefined) replay(koa, named(body))
    }
    await next()
  }

const mayBeAnonymous = (koa: KoaContext): boolean =>
  koa.req.headers.authorization === undefined &&
  Boolean(koa.is('application/x-www-form-urlencoded'))

const named = (body: string): string => {
  const form = new URLSearchParams(body)
  return form.get('grant_type') === preAuthorizedCode &&
    !form.has('client_id') &&
    !form.has('client_assertion')
    ? `${body}&client_id=${anonymousWallet.client_id}`
    : body
}

/** Undefined when it is too long: then the engine, which bounds it too, finds nothing to read and refuses. */
const readForm = async (koa: KoaContext): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of koa.req as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) {
      replay(koa, 'x'.repeat(bodyBytesMax + 1))
      return undefined
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** The engine reads `ctx.req` as a stream; everything else about the request it takes from the original. */
const replay = (koa: KoaContext, body: string): void => {
  const bytes = Buffer.from(body)
  koa.req.headers['content-length'] = String(bytes.length)
  const { headers, method, url, socket } = koa.req
  koa.req = Object.assign(Readable.from([bytes], { objectMode: false }), {
    headers,
    method,
    url,
    socket,
  }) as unknown as IncomingMessage
}
