/** Opaque id of a person, the same for life; never leaves the house (partners get tokens, clients a pairwise `sub`). */
import type { Context } from '#kernel/context.ts'

export type PersonId = string & { readonly brand: 'PersonId' }

export const newPersonId = (ctx: Pick<Context, 'random'>): PersonId => uuid(ctx) as PersonId

/** RFC 9562 §5.4: version 4, from the context's randomness. */
export function uuid({ random }: Pick<Context, 'random'>): string {
  const bytes = Buffer.from(random(16))
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = bytes.toString('hex')
  return [8, 12, 16, 20, 32].map((end, i) => hex.slice([0, 8, 12, 16, 20][i], end)).join('-')
}
