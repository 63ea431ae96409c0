/** Audit leaves of the issuer: one function each, so that this file is the list. */
import type { Actor, NewLeaf } from '#kernel/audit/audit.ts'
import type { PersonId } from '#registry'

/** An offer was made and its transaction code sent. */
export const credentialOffered = (
  person: PersonId,
  actor: Actor,
  configurations: readonly string[],
  channel: string,
): NewLeaf => ({
  kind: 'credential-offer.made',
  person,
  actor,
  content: { configurations, channel },
})

/** A wallet brought the pre-authorized code with the right transaction code. */
export const offerRedeemed = (person: PersonId, configurations: readonly string[]): NewLeaf => ({
  kind: 'credential-offer.redeemed',
  person,
  actor: wallet,
  content: { configurations },
})

/** A wallet brought a wrong transaction code; `burned` when it was the last try. */
export const offerRefused = (person: PersonId, burned: boolean): NewLeaf => ({
  kind: 'credential-offer.refused',
  person,
  actor: wallet,
  content: { reason: 'wrong-transaction-code', burned },
})

export const credentialIssued = (
  person: PersonId,
  clientId: string,
  issuance: { id: string; configuration: string; format: string; copies: number },
): NewLeaf => ({
  kind: 'credential.issued',
  person,
  actor: { type: 'relying-party', id: clientId },
  content: {
    credential: issuance.id,
    configuration: issuance.configuration,
    format: issuance.format,
    copies: issuance.copies,
  },
})

export const credentialRevoked = (
  person: PersonId,
  actor: Actor,
  credential: string,
  configuration: string,
  reason: string,
): NewLeaf => ({
  kind: 'credential.revoked',
  person,
  actor,
  content: { credential, configuration, reason },
})

/** What the wallet told of it (OpenID4VCI 1.0 §11.1): accepted, deleted, failed. */
export const credentialNotified = (
  person: PersonId,
  clientId: string,
  credential: string,
  event: string,
): NewLeaf => ({
  kind: 'credential.notified',
  person,
  actor: { type: 'relying-party', id: clientId },
  content: { credential, event },
})

/** A wallet at the token endpoint has no name yet. */
const wallet: Actor = { type: 'relying-party', id: 'wallet' }
