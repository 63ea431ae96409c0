import type { Context } from '#kernel/context.ts'
import { publish } from '#kernel/outbox/outbox.ts'
import { drawUin, type Uin } from '../../identifiers/identifiers.ts'
import { problem } from '../../identifiers/problems.ts'
import { uinShape } from '../../identifiers/uin-space.ts'
import { issueVid } from '../../identifiers/vid.ts'
import { demographicKeys } from '../../identity/demographic-keys.ts'
import { identityIssued } from '../../identity/events.ts'
import { lookupUin, prepareIdentity, writeIdentity } from '../../identity/record.ts'
import { claimDemographicKey, identityByUin } from '../../identity/store.ts'
import { openStored } from '../../packet/open.ts'
import { tellIdentity } from '../../residents/notices.ts'
import { PERPETUAL } from '../../residents/parameters.ts'
import type { Step } from '../step.ts'

/** A nearly full number space takes some draws; this many in a row taken means that it is full. */
const DRAWS_MAX = 200

/**
 * A UIN that nobody ever had, the first version of the identity, and a VID to sign in with. `taken`: another packet drew
 * the same number between our look and our commit; draw again.
 */
export const assignUin: Step<'assigned' | 'taken'> = async (ctx, packet) => {
  const { rid, person } = packet
  const { identity, photo } = await openStored(ctx, packet)
  const uin = await freeUin(ctx)
  const prepared = await prepareIdentity(ctx, person, {
    uin,
    fields: identity,
    photo: { type: photo.type, data: Buffer.from(photo.data, 'base64url') },
  })
  const keys = demographicKeys(ctx, identity)
  return async (tx) => {
    const cause = `packet:${rid}`
    const at = ctx.now()
    if (!(await writeIdentity(tx, prepared, { cause, at }))) return { outcome: 'taken' }
    // A suspect who was found unique claims what a rejected claimant has left free.
    for (const key of keys) await claimDemographicKey(tx, key, person, at.getTime())
    await identityIssued(ctx, tx, person, { cause })
    const vid = await issueVid(ctx, tx, person, PERPETUAL, { type: 'system', id: 'registry' })
    await publish(ctx, tx, 'identity.issued', person, { person, rid })
    await tellIdentity(ctx, tx, { rid, vid, fields: identity })
    return { outcome: 'assigned' }
  }
}

async function freeUin(ctx: Context): Promise<Uin> {
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const uin = drawUin(uinShape(ctx), ctx.random)
    if ((await identityByUin(ctx.db, lookupUin(ctx, uin))) === undefined) return uin
  }
  throw problem('uin.exhausted')
}
