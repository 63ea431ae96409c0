/**
 * Signing keys of operators who work on our own pages and so have no client of their own: made on first use, sealed, one
 * an operator, listed among the operators' public keys like any other.
 */
import { generateKeyPairSync } from 'node:crypto'
import type { Context } from '#kernel/context.ts'
import { transaction } from '#kernel/db/db.ts'
import { uuid } from '../identity/person.ts'
import { addOperatorKey } from '../staff/staff.ts'
import type { PacketContent } from './content.ts'
import { sealContent } from './seal.ts'
import { type HouseKeyRow, houseKeyOf, insertHouseKey } from './store.ts'

export interface Enrolment {
  readonly identity: Record<string, unknown>
  readonly photo: { readonly type: string; readonly data: Uint8Array }
  /** Code of one of the pack's centres; its first when absent. */
  readonly centre?: string
}

/** For the enrolment page: a packet by `operator`. */
export async function sealPacket(
  ctx: Context,
  operator: string,
  { identity, photo, centre = ctx.country.centres[0]?.code ?? '' }: Enrolment,
): Promise<string> {
  const intake = await ctx.keys.active('packet-intake')
  const { kid } = intake
  const content = {
    version: 1,
    packetId: uuid(ctx),
    createdAt: ctx.now().toISOString(),
    operator,
    centre,
    identity: { IDSchemaVersion: Number(ctx.country.identitySchema.version), ...identity },
    photo: { type: photo.type, data: Buffer.from(photo.data).toString('base64url') },
  } as PacketContent
  return sealContent(content, await houseKey(ctx, operator), { ...intake.publicJwk, kid })
}

async function houseKey(ctx: Context, operator: string) {
  const found = (await houseKeyOf(ctx.db, operator)) ?? (await makeHouseKey(ctx, operator))
  const jwk = await ctx.vault.open(placeOf(operator), found.jwk)
  return { ...(JSON.parse(jwk.toString('utf8')) as Record<string, string>), kid: found.kid }
}

async function makeHouseKey(ctx: Context, operator: string): Promise<HouseKeyRow> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '', crv = '', ...secret } = privateKey.export({ format: 'jwk' })
  const kid = `house-${uuid(ctx)}`
  const jwk = await ctx.vault.seal(placeOf(operator), JSON.stringify({ ...secret, crv, x, y }))
  return transaction(ctx, async (tx) => {
    const mine = { operator, kid, jwk }
    if (await insertHouseKey(tx, mine)) {
      await addOperatorKey(ctx, tx, operator, { kid, crv, x, y })
      return mine
    }
    // Another page made it at the same time.
    return (await houseKeyOf(tx, operator)) ?? mine
  })
}

const placeOf = (row: string) => ({ table: 'house_key', column: 'jwk', row })
