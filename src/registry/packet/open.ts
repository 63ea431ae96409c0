/** Opens both seals of a packet and checks who made it: at its receipt, and again from what was stored. */
import { createHash } from 'node:crypto'
import type { Context } from '#kernel/context.ts'
import { type PacketContent, parseContent } from './content.ts'
import { openJwe } from './jwe.ts'
import { openJws, payloadOf } from './jws.ts'
import { CLOCK_AHEAD_MS } from './parameters.ts'
import { problem } from './problems.ts'
import { type PacketRow, sealedOf } from './store.ts'

/** Problems: those of `openJwe`, `openJws`, `parseContent`, `packet.operator-mismatch`, `packet.from-the-future`. */
export async function openPacket(ctx: Context, sealed: string): Promise<PacketContent> {
  const { payload, signer } = await openJws(ctx, (await openJwe(ctx, sealed)).toString('latin1'))
  const content = parseContent(payload)
  if (content.operator !== signer) throw problem('packet.operator-mismatch')
  if (Date.parse(content.createdAt) > ctx.now().getTime() + CLOCK_AHEAD_MS)
    throw problem('packet.from-the-future')
  return content
}

/**
 * The content of a packet that was received: its keyed digest says that these are the bytes whose signature was
 * checked then, so an operator's key that is revoked today does no harm to yesterday's work.
 */
export async function openStored(
  ctx: Context,
  packet: Pick<PacketRow, 'rid' | 'digest'>,
): Promise<PacketContent> {
  return parseContent(
    payloadOf((await openJwe(ctx, await storedSeal(ctx, packet))).toString('latin1')),
  )
}

/** The bytes as they came. Problems: `packet.unknown`, `packet.seal-broken` when they are others. */
export async function storedSeal(
  ctx: Context,
  { rid, digest }: Pick<PacketRow, 'rid' | 'digest'>,
): Promise<string> {
  const sealed = await sealedOf(ctx.db, rid)
  if (sealed === undefined) throw problem('packet.unknown')
  if (digestOf(ctx, sealed) !== digest) throw problem('packet.seal-broken')
  return sealed
}

export const digestOf = ({ vault }: Pick<Context, 'vault'>, sealed: string): string =>
  vault.lookup('packet.digest', createHash('sha256').update(sealed).digest('base64url'))
