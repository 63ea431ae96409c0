import type { Context } from '#kernel/context.ts'

/** UUID version 4 (RFC 9562 §5.4) from the context's randomness. */
export const newId = (ctx: Pick<Context, 'random'>): string => {
  const bytes = ctx.random(16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
