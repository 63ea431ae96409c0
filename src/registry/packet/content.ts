/** What a packet says once both seals are open (docs/packet.md). */
import { z } from 'zod'
import { isWithinBounds, parseUnambiguous } from './json-bounds.ts'
import { JSON_DEPTH_MAX, JSON_VALUES_MAX } from './parameters.ts'
import { problem } from './problems.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
/** MOSIP's RID: centre, machine, sequence, instant. */
const mosipRid = /^\d{29}$/

const packetSchema = z.strictObject({
  version: z.literal(1),
  packetId: z.union([z.string().regex(uuid), z.string().regex(mosipRid)]),
  createdAt: z.iso.datetime(),
  operator: z.string().min(1).max(40),
  centre: z.string().min(1).max(36),
  identity: z.record(z.string().max(40), z.json()),
  photo: z.strictObject({
    type: z.enum(['image/jpeg', 'image/png']),
    // zod's own base64url decodes the whole photograph to look at it: that took a tenth of a packet's time.
    data: z.string().regex(/^[A-Za-z0-9_-]+$/),
  }),
})
export type PacketContent = z.infer<typeof packetSchema>

/** Problems: `packet.too-complex`, `packet.content-invalid` (with the members at fault, never their values). */
export function parseContent(payload: Buffer): PacketContent {
  const text = payload.toString('utf8')
  if (!isWithinBounds(text, { depthMax: JSON_DEPTH_MAX, valuesMax: JSON_VALUES_MAX }))
    throw problem('packet.too-complex')
  const parsed = packetSchema.safeParse(
    parseUnambiguous(text, () => problem('packet.content-invalid')),
  )
  if (parsed.success) return parsed.data
  const members = parsed.error.issues.map(({ path }) => String(path[0] ?? ''))
  throw problem('packet.content-invalid', {
    detail: { members: [...new Set(members)].slice(0, 9) },
  })
}
