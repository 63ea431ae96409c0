/** Revocation: the ledger, the list's version, the leaf and the news commit together. */
import { type Actor, record } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import { type Tx, transaction } from '#kernel/db/db.ts'
import { type Consumer, publish } from '#kernel/outbox/outbox.ts'
import type { PersonId } from '#registry'
import { credentialRevoked } from '../events.ts'
import { touchLists } from '../status/store.ts'
import {
  closeHolder,
  type IssuanceRow,
  revokeCopies,
  revokeIssuance,
  revokeIssuancesOf,
} from './store.ts'

/** Longer reasons are cut: they are shown to the resident. */
const maxReason = 200

/** All copies of one issuance. False when it is not this person's or was revoked before. */
export const revokeCredential = (
  ctx: Context,
  person: PersonId,
  credentialId: string,
  reason: string,
  actor: Actor,
): Promise<boolean> =>
  transaction(ctx, async (tx) => {
    const at = ctx.now().getTime()
    const issuance = await revokeIssuance(tx, person, credentialId, at)
    if (!issuance) return false
    await finish(ctx, tx, { person, issuance, at, reason: reason.slice(0, maxReason), actor })
    return true
  })

/**
 * `identity.deactivated`: nothing the person holds may be accepted any more, and nothing that is being signed at this
 * moment may slip through, hence the closed row before the search.
 */
export const deactivationConsumer: Consumer = {
  name: 'issuer.revoke-on-deactivation',
  topic: 'identity.deactivated',
  consume: async (ctx, tx, message) => {
    const person = message.key as PersonId
    const at = ctx.now().getTime()
    await closeHolder(tx, person)
    for (const issuance of await revokeIssuancesOf(tx, person, at))
      await finish(ctx, tx, {
        person,
        issuance,
        at,
        reason: 'identity-deactivated',
        actor: { type: 'system', id: 'issuer' },
      })
  },
}

interface Revocation {
  readonly person: PersonId
  readonly issuance: IssuanceRow
  readonly at: number
  readonly reason: string
  readonly actor: Actor
}

const finish = async (
  ctx: Context,
  tx: Tx,
  { person, issuance: { id, configuration }, at, reason, actor }: Revocation,
): Promise<void> => {
  await touchLists(tx, await revokeCopies(tx, id, at))
  await record(ctx, tx, credentialRevoked(person, actor, id, configuration, reason))
  await publish(ctx, tx, 'credential.revoked', person, { credential: id, configuration })
}
