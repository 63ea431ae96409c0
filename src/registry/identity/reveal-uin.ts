/** The number in full, for its owner's own eyes. */
import type { Context } from '#kernel/context.ts'
import { transaction } from '#kernel/db/db.ts'
import type { Uin } from '../identifiers/identifiers.ts'
import { identityRead, type Reading } from './events.ts'
import type { PersonId } from './person.ts'
import { openUin } from './record.ts'
import { identityOf } from './store.ts'

/** Undefined for an unknown person. Leaves one audit leaf: a read of `uin`. */
export async function revealUin(
  ctx: Context,
  person: PersonId,
  reading: Reading,
): Promise<Uin | undefined> {
  const row = await transaction(ctx, async (tx) => {
    const found = await identityOf(tx, person)
    if (found !== undefined) await identityRead(ctx, tx, person, reading, ['uin'])
    return found
  })
  return row && openUin(ctx, row)
}
