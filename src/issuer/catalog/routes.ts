/** Public documents that credentials point to: type metadata, JSON-LD contexts, issuer keys, our DID document. */
import { hash } from 'node:crypto'
import { z } from 'zod'
import { type Reply, type Route, route } from '#kernel/http/http.ts'
import type { IssuingContext } from '../context.ts'
import { didDocument, isPublished } from '../did/did-web.ts'
import { ownContexts } from '../formats/data-integrity/contexts.ts'
import { typeMetadata } from '../openid4vci/metadata.ts'
import { issuerProblem } from '../problems.ts'

export const documentRoutes = (ctx: IssuingContext): readonly Route[] => {
  const { publicUrl } = ctx.config.server
  const contexts = new Map(ownContexts(publicUrl, ctx.catalogue).map((own) => [own.url, own]))
  return [
    route({
      method: 'GET',
      path: '/credentials/types/:name/:version',
      summary: 'SD-JWT VC type metadata',
      params: z.object({
        name: z.string().regex(/^[a-z0-9-]{1,60}$/),
        version: z.string().regex(/^v\d{1,4}$/),
      }),
      cors: true,
      handle: ({ params }) => {
        const type = `${params.name}/${params.version}`
        const metadata = typeMetadata(publicUrl, ctx.catalogue, type)
        if (!metadata) throw issuerProblem('credential-type.not-found')
        return document('application/json', metadata)
      },
    }),
    route({
      method: 'GET',
      path: '/credentials/contexts/:configuration',
      summary: 'JSON-LD context of an ldp_vc configuration',
      params: z.object({ configuration: z.string().regex(/^[a-z0-9-]{1,60}$/) }),
      cors: true,
      handle: ({ params }) => {
        const own = contexts.get(`${publicUrl}/credentials/contexts/${params.configuration}`)
        if (!own) throw issuerProblem('credential-type.not-found')
        return document('application/ld+json', own.document)
      },
    }),
    ...keyRoutes(ctx),
  ]
}

const keyRoutes = (ctx: IssuingContext): readonly Route[] => [
  route({
    method: 'GET',
    path: '/.well-known/jwt-vc-issuer',
    summary: 'Keys that sign SD-JWT VCs and status lists (draft-ietf-oauth-sd-jwt-vc §5)',
    cors: true,
    handle: async () => {
      const keys = await Promise.all([
        ctx.keys.list('credential-sd-jwt'),
        ctx.keys.list('status-list'),
      ])
      return document('application/json', {
        issuer: ctx.config.server.publicUrl,
        jwks: {
          keys: keys
            .flat()
            .filter(isPublished)
            .map((key) => key.publicJwk),
        },
      })
    },
  }),
  route({
    method: 'GET',
    path: '/.well-known/did.json',
    summary: 'DID document of the issuer (did:web)',
    cors: true,
    handle: async () => document('application/json', await didDocument(ctx)),
  }),
]

const document = (type: string, value: object): Reply => {
  const data = Buffer.from(JSON.stringify(value))
  const etag = `"${hash('sha256', data, 'base64url')}"`
  return { headers: { 'cache-control': 'public, max-age=300', etag }, bytes: { type, data } }
}
