/** `/track*`: where is my enrolment? The RID on the receipt is all that is asked. */
import { z } from 'zod'
import { type Incoming, type Reply, type Route, route } from '#kernel/http/http.ts'
import { limit } from '#kernel/http/limit.ts'
import { page, type WebFolder } from '#kernel/web/page.ts'
import { packetStatus, type RegistryContext } from '#registry'
import { isFinal, timelineOf } from './timeline.ts'

export const trackingFolder: WebFolder = {
  name: 'tracking',
  folder: new URL('./', import.meta.url),
}

/** Looks a minute from one address: a page that waits takes thirty, and a centre has many behind one address. */
const looksMax = 600
const ridText = z.string().trim().max(64)

export const trackingRoutes = (ctx: RegistryContext): readonly Route[] => [
  route({
    method: 'GET',
    path: '/track',
    summary: 'Asks for the number of an enrolment',
    handle: (incoming) => ask(ctx, incoming, ''),
  }),
  route({
    method: 'POST',
    path: '/track',
    summary: 'Leads to the enrolment with this number',
    accepts: 'form',
    body: z.object({ rid: ridText.default('') }),
    async handle(incoming) {
      await count(ctx, incoming)
      const { rid } = incoming.body
      const packet = await packetStatus(ctx, rid)
      if (packet) return { redirect: `/track/${packet.rid}` }
      return ask(ctx, incoming, rid, rid === '' ? 'tracking.error-empty' : 'tracking.error-unknown')
    },
  }),
  route({
    method: 'GET',
    path: '/track/:rid',
    summary: 'The stages of one enrolment',
    params: z.object({ rid: ridText }),
    async handle(incoming) {
      await count(ctx, incoming)
      const { rid } = incoming.params
      const packet = await packetStatus(ctx, rid)
      return packet
        ? show(ctx, incoming, packet)
        : ask(ctx, incoming, rid, 'tracking.error-unknown')
    },
  }),
]

const ask = (
  ctx: RegistryContext,
  incoming: Incoming,
  rid: string,
  error?: string,
): Promise<Reply> =>
  page(ctx, incoming, {
    template: new URL('views/ask.njk', import.meta.url),
    titleKey: 'tracking.title',
    service,
    data: { rid },
    ...(error && { errors: [{ field: 'rid', key: error }], status: 404 }),
  })

function show(
  ctx: RegistryContext,
  incoming: Incoming,
  packet: NonNullable<Awaited<ReturnType<typeof packetStatus>>>,
): Promise<Reply> {
  const { catalogues } = ctx.web
  const { language } = incoming
  const reasonKey = `tracking.reason.${packet.reason ?? ''}`
  const fields = (packet.reasonFields ?? []).flatMap((id) => {
    const label = ctx.country.fields.find((field) => field.id === id)?.label[language]
    return label === undefined ? [] : [label]
  })
  return page(ctx, incoming, {
    template: new URL('views/status.njk', import.meta.url),
    titleKey: 'tracking.status-title',
    service,
    scripts: ['/assets/tracking/refresh.ts'],
    styles: ['/assets/tracking/tracking.css'],
    data: {
      packet,
      final: isFinal(packet),
      steps: timelineOf(packet),
      fields,
      reasonKey: catalogues.has(language, reasonKey) ? reasonKey : 'tracking.reason.other',
    },
  })
}

const service = { nameKey: 'tracking.service', url: '/track' }

/** Numbers hold 75 random bits; the limit keeps a guesser from being a load. */
const count = (ctx: RegistryContext, { ip }: Incoming): Promise<void> =>
  limit(ctx, 'track', ctx.vault.lookup('track-address', ip), { max: looksMax, windowMs: 60_000 })
