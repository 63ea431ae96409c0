/** `/adjudication/api/*`: the same that the adjudication page does, as JSON, for adjudicators. */
import { z } from 'zod'
import type { Context } from '#kernel/context.ts'
import { type Incoming, type Route, route } from '#kernel/http/http.ts'
import { problem } from '../problems.ts'
import { requireStaff } from '../staff/staff.ts'
import { type CaseSide, openCases, readCase } from './cases.ts'
import { decideCase, withdrawDecision } from './decide.ts'

const byId = z.object({ id: z.uuid() })
const decisionBody = z.strictObject({
  verdict: z.enum(['unique', 'duplicate']),
  reason: z.string().trim().min(3).max(2000),
})

export const adjudicationRoutes = (ctx: Context): readonly Route[] => [
  route({
    method: 'GET',
    path: '/adjudication/api/cases',
    summary: 'Open cases, newest first',
    query: z.object({
      limit: z.coerce.number().int().min(1).max(100).default(50),
      before: z.uuid().optional(),
    }),
    handle: async (incoming) => {
      await adjudicator(ctx, incoming)
      const { limit, before } = incoming.query
      const cases = await openCases(ctx, { limit, ...(before !== undefined && { before }) })
      return { json: { cases }, headers }
    },
  }),
  route({
    method: 'GET',
    path: '/adjudication/api/cases/:id',
    summary: 'Both sides of a case; leaves a leaf on every person shown',
    params: byId,
    handle: async (incoming) => {
      const actor = await adjudicator(ctx, incoming)
      const found = await readCase(ctx, incoming.params.id, actor)
      if (found === undefined) throw problem('adjudication.unknown-case')
      const { subject, others, ...about } = found
      const json = { ...about, subject: inline(subject), others: others.map(inline) }
      return { json, headers }
    },
  }),
  route({
    method: 'POST',
    path: '/adjudication/api/cases/:id/decision',
    summary: 'Decides a case, once',
    sameOrigin: true,
    accepts: 'json',
    params: byId,
    body: decisionBody,
    handle: async (incoming) => {
      const actor = await adjudicator(ctx, incoming)
      await decideCase(ctx, incoming.params.id, incoming.body, actor)
      return { status: 204 }
    },
  }),
  route({
    method: 'DELETE',
    path: '/adjudication/api/cases/:id/decision',
    summary: 'Takes a decision back before it takes effect',
    sameOrigin: true,
    params: byId,
    handle: async (incoming) => {
      const actor = await adjudicator(ctx, incoming)
      await withdrawDecision(ctx, incoming.params.id, actor)
      return { status: 204 }
    },
  }),
]

const headers = { 'cache-control': 'no-store' }

async function adjudicator(ctx: Context, incoming: Incoming) {
  const { id } = await requireStaff(ctx, incoming, 'adjudicator')
  return { type: 'adjudicator', id } as const
}

const inline = <Side extends CaseSide>({ photo, ...side }: Side) => ({
  ...side,
  ...(photo && { photo: { type: photo.type, data: photo.data.toString('base64') } }),
})
