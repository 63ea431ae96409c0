/** `GET /status-lists/:number` and its Bitstring form: public, cacheable for as long as a revocation may be late. */
import { z } from 'zod'
import { type Incoming, type Reply, type Route, route } from '#kernel/http/http.ts'
import { statusListTtlSeconds } from '../parameters.ts'
import { issuerProblem } from '../problems.ts'
import type { Published, Publisher } from './publish.ts'

const params = z.object({ number: z.string().regex(/^[1-9]\d{0,8}$/) })

export const statusRoutes = (publisher: Publisher): readonly Route[] => [
  route({
    method: 'GET',
    path: '/status-lists/:number',
    summary: 'Token Status List: which credentials are revoked',
    params,
    cors: true,
    handle: async (incoming) =>
      reply(
        incoming,
        await publisher.token(Number(incoming.params.number)),
        'application/statuslist+jwt',
      ),
  }),
  route({
    method: 'GET',
    path: '/status-lists/:number/credential',
    summary: 'The same list as a W3C Bitstring Status List credential',
    params,
    cors: true,
    handle: async (incoming) =>
      reply(incoming, await publisher.bitstring(Number(incoming.params.number)), 'application/vc'),
  }),
]

const reply = (
  { headers }: Pick<Incoming, 'headers'>,
  published: Published | undefined,
  type: string,
): Reply => {
  if (!published) throw issuerProblem('status-list.not-found')
  const caching = {
    'cache-control': `public, max-age=${statusListTtlSeconds}`,
    etag: published.etag,
  }
  if (headers['if-none-match'] === published.etag) return { status: 304, headers: caching }
  return { headers: caching, bytes: { type, data: Buffer.from(published.body) } }
}
