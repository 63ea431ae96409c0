/** `/packets*`: receipt and tracking. */
import { z } from 'zod'
import type { Context } from '#kernel/context.ts'
import { type Incoming, type Reply, type Route, route } from '#kernel/http/http.ts'
import { redrivePacket } from '../processing/park.ts'
import { requireStaff } from '../staff/staff.ts'
import { problem } from './problems.ts'
import { receivePacket } from './receive.ts'
import { packetStatus } from './status.ts'

const byRid = z.object({ rid: z.string().max(64) })

export const packetRoutes = (ctx: Context): readonly Route[] => [
  route({
    method: 'GET',
    path: '/packets/intake-key',
    summary: 'Public keys to seal packets for (JWK Set, RFC 7517 §5); the first is the one to use',
    cors: true,
    handle: () => intakeKeys(ctx),
  }),
  route({
    method: 'POST',
    path: '/packets',
    summary: 'Receives a sealed packet (compact JWE) and answers its RID',
    accepts: 'bytes',
    body: z.instanceof(Buffer),
    limitBytes: ctx.config.registry.packetBytesMax,
    tooLarge: () => problem('packet.too-large'),
    handle: (incoming) => receive(ctx, incoming),
  }),
  route({
    method: 'GET',
    path: '/packets/:rid',
    summary: 'Where a packet stands',
    params: byRid,
    handle: async ({ params }) => {
      const view = await packetStatus(ctx, params.rid)
      if (view === undefined) throw problem('packet.unknown')
      return { json: view, headers: { 'cache-control': 'no-store' } }
    },
  }),
  route({
    method: 'POST',
    path: '/packets/:rid/redrive',
    summary: 'Sends a parked packet back into its stage (administrators)',
    params: byRid,
    handle: async (incoming) => {
      const { id } = await requireStaff(ctx, incoming, 'administrator')
      await redrivePacket(ctx, incoming.params.rid, { type: 'administrator', id })
      return { status: 204 }
    },
  }),
]

async function intakeKeys(ctx: Context): Promise<Reply> {
  const { kid } = await ctx.keys.active('packet-intake')
  const known = await ctx.keys.list('packet-intake')
  const keys = known
    .filter((key) => key.kid === kid || key.state === 'next')
    .sort((a, b) => Number(b.kid === kid) - Number(a.kid === kid))
    .map((key) => key.publicJwk)
  return { json: { keys }, headers: { 'cache-control': 'public, max-age=300' } }
}

async function receive(ctx: Context, { body }: Incoming<unknown, unknown, Buffer>): Promise<Reply> {
  // A trailing newline is what `curl --data-binary @file` sends of a text file.
  const { rid, repeated } = await receivePacket(ctx, body.toString('latin1').trimEnd())
  return {
    status: repeated ? 200 : 202,
    json: { rid, repeated },
    headers: { location: `/packets/${rid}` },
  }
}
