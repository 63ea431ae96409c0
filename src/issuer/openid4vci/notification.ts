/** What wallets tell of a credential afterwards (OpenID4VCI 1.0 §11). Telling it twice is telling it once. */
import { record } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import { transaction } from '#kernel/db/db.ts'
import { credentialNotified } from '../events.ts'
import { noteEvent } from '../ledger/store.ts'
import type { TokenAccess } from './credential.ts'
import { refuse } from './problems.ts'

/** Throws `invalid_notification_id` also for another person's issuance, so that ids can not be probed. */
export const notify = (
  ctx: Context,
  { person, clientId }: TokenAccess,
  { notification_id, event }: { readonly notification_id: string; readonly event: string },
): Promise<void> =>
  transaction(ctx, async (tx) => {
    const isNew = await noteEvent(tx, person, notification_id, event)
    if (isNew === undefined) throw refuse('invalid_notification_id')
    if (isNew) await record(ctx, tx, credentialNotified(person, clientId, notification_id, event))
  })
