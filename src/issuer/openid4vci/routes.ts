/** The OpenID4VCI endpoints that are ours; the token endpoint is the idp's. */
import { z } from 'zod'
import { type Incoming, type Route, route } from '#kernel/http/http.ts'
import type { IssuingContext } from '../context.ts'
import { issuerProblem } from '../problems.ts'
import { requestCredentials, type TokenAccess } from './credential.ts'
import { issuerMetadata } from './metadata.ts'
import { mintNonce } from './nonce.ts'
import { notify } from './notification.ts'
import { fetchOffer } from './offer.ts'
import { answering, refuse, success } from './problems.ts'
import { parseCredentialRequest, parseNotification, requestMaxBytes } from './request.ts'

/** From the Authorization header; undefined for a token that is unknown, expired or for another audience. */
export type Access = (authorization: string | undefined) => Promise<TokenAccess | undefined>

export const openid4vciRoutes = (ctx: IssuingContext, access: Access): readonly Route[] => {
  const metadata = issuerMetadata(ctx.config.server.publicUrl, ctx.catalogue)
  return [
    route({
      method: 'GET',
      path: '/.well-known/openid-credential-issuer',
      summary: 'Credential issuer metadata (OpenID4VCI 1.0)',
      cors: true,
      handle: () => ({ json: metadata, headers: { 'cache-control': 'public, max-age=300' } }),
    }),
    route({
      method: 'GET',
      path: '/credentials/offers/:offer',
      summary: 'A credential offer by reference',
      params: z.object({ offer: z.string().regex(/^[A-Za-z0-9_-]{22}$/) }),
      cors: true,
      handle: async ({ params }) => {
        const offer = await fetchOffer(ctx, params.offer)
        if (offer === undefined) throw issuerProblem('offer.not-found')
        return success(offer)
      },
    }),
    route({
      method: 'POST',
      path: '/credentials/nonce',
      summary: 'A fresh c_nonce for key proofs',
      // a body has no meaning here; some clients send an empty object
      accepts: 'bytes',
      limitBytes: 1024,
      cors: true,
      handle: async ({ ip }) => success({ c_nonce: await mintNonce(ctx, ip) }),
    }),
    ...tokenRoutes(ctx, access),
  ]
}

const tokenRoutes = (ctx: IssuingContext, access: Access): readonly Route[] => [
  route({
    method: 'POST',
    path: '/credentials/credential',
    summary: 'Credentials for proven keys',
    accepts: 'bytes',
    limitBytes: requestMaxBytes,
    cors: true,
    handle: (incoming) =>
      answering('invalid_credential_request', async () => {
        const caller = await authenticated(access, incoming)
        const request = parseCredentialRequest(incoming, ctx.catalogue.batchSize)
        return success(await requestCredentials(ctx, caller, request))
      }),
  }),
  route({
    method: 'POST',
    path: '/credentials/notification',
    summary: 'What became of a credential in the wallet',
    accepts: 'bytes',
    cors: true,
    handle: (incoming) =>
      answering('invalid_notification_request', async () => {
        const caller = await authenticated(access, incoming)
        await notify(ctx, caller, parseNotification(incoming))
        return { status: 204, headers: { 'cache-control': 'no-store' } }
      }),
  }),
]

const authenticated = async (access: Access, { headers }: Incoming): Promise<TokenAccess> => {
  const caller = await access(headers.authorization)
  if (!caller) throw refuse('invalid_token')
  return caller
}
