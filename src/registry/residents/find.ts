/** From what a resident types to the person: the one place where a UIN or a VID becomes an opaque id. */
import type { Context } from '#kernel/context.ts'
import type { Tx } from '#kernel/db/db.ts'
import { isUin, isVid, withoutSpaces } from '../identifiers/identifiers.ts'
import { uinShape } from '../identifiers/uin-space.ts'
import { personOfVid, spendVid } from '../identifiers/vid.ts'
import type { PersonId } from '../identity/person.ts'
import { lookupUin } from '../identity/record.ts'
import { identityByUin, identityOf } from '../identity/store.ts'

export interface Found {
  readonly person: PersonId
  readonly by: 'uin' | 'vid'
}

/** Longer input is no number of ours. */
const TEXT_MAX = 64

/** A UIN or a usable VID that names an active person; spaces and hyphens are ignored. */
export async function resolveIdentifier(ctx: Context, text: string): Promise<Found | undefined> {
  const number = text.length > TEXT_MAX ? '' : withoutSpaces(text)
  if (isUin(uinShape(ctx), number)) {
    const found = await identityByUin(ctx.db, lookupUin(ctx, number))
    return found?.status === 'active' ? { person: found.person, by: 'uin' } : undefined
  }
  const person = (await personOfVid(ctx, ctx.db, number)) as PersonId | undefined
  if (person === undefined) return undefined
  const found = await identityOf(ctx.db, person)
  return found?.status === 'active' ? { person, by: 'vid' } : undefined
}

/** Counts one transaction on a VID; false when it was spent meanwhile. A UIN is never spent. */
export async function useIdentifier(ctx: Context, tx: Tx, text: string): Promise<boolean> {
  const number = text.length > TEXT_MAX ? '' : withoutSpaces(text)
  if (isVid(number)) return spendVid(ctx, tx, number)
  if (!isUin(uinShape(ctx), number)) return false
  return (await identityByUin(tx, lookupUin(ctx, number)))?.status === 'active'
}
