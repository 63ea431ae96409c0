/**
 * What the IdP records about persons, each a leaf of the transparency log. `client` is the client's id;
 * reads of claims are recorded by the registry with purpose `login` or `consent`.
 */
import type { Actor, NewLeaf } from '#kernel/audit/audit.ts'

export type Factor = 'otp' | 'passkey'
/** Where the person was heading: a relying party, or "my identity". */
export interface Destination {
  readonly client?: string
}

const actorOf = (to: Destination): Actor =>
  to.client ? { type: 'relying-party', id: to.client } : { type: 'system', id: 'my-identity' }
const about = (to: Destination) => (to.client ? { client: to.client } : {})

/** A one-time code was sent to the person. */
export const codeSent = (
  person: string,
  to: Destination,
  channels: readonly string[],
): NewLeaf => ({
  kind: 'authentication.code-sent',
  person,
  actor: actorOf(to),
  content: { ...about(to), channels },
})
export const authenticated = (
  person: string,
  to: Destination,
  by: { readonly factor: Factor; readonly acr: string },
): NewLeaf => ({
  kind: 'authentication.succeeded',
  person,
  actor: actorOf(to),
  content: { ...about(to), ...by },
})
/** A wrong code, a code too late, a passkey that did not verify. */
export const authenticationFailed = (
  person: string,
  to: Destination,
  by: { readonly factor: Factor; readonly outcome: string },
): NewLeaf => ({
  kind: 'authentication.failed',
  person,
  actor: actorOf(to),
  content: { ...about(to), ...by },
})
/** The sign-in took its last try; nothing more is checked in it. */
export const authenticationLocked = (person: string, to: Destination): NewLeaf => ({
  kind: 'authentication.locked',
  person,
  actor: actorOf(to),
  content: { ...about(to), factor: 'otp' },
})
export const consentGiven = (
  person: string,
  client: string,
  consent: { readonly claims: readonly string[]; readonly remembered: boolean },
): NewLeaf => ({
  kind: 'consent.given',
  person,
  actor: { type: 'resident', id: 'self' },
  content: { client, ...consent },
})
export const consentRefused = (person: string, client: string): NewLeaf => ({
  kind: 'consent.refused',
  person,
  actor: { type: 'resident', id: 'self' },
  content: { client },
})
export const consentRevoked = (person: string, client: string): NewLeaf => ({
  kind: 'consent.revoked',
  person,
  actor: { type: 'resident', id: 'self' },
  content: { client },
})
export const passkeyAdded = (person: string, device: string): NewLeaf => ({
  kind: 'passkey.added',
  person,
  actor: { type: 'resident', id: 'self' },
  content: { device },
})
export const passkeyRemoved = (person: string): NewLeaf => ({
  kind: 'passkey.removed',
  person,
  actor: { type: 'resident', id: 'self' },
  content: {},
})
/** A wallet redeemed a pre-authorized code for an access token (OpenID4VCI 1.0 §6). */
export const codeRedeemed = (
  person: string,
  client: string,
  configurations: readonly string[],
): NewLeaf => ({
  kind: 'credential-token.issued',
  person,
  actor: { type: 'relying-party', id: client },
  content: { configurations },
})
/** Something stored did not open under its key: altered or moved. It is about no person. */
export const storedValueAltered = (model: string): NewLeaf => ({
  kind: 'idp-storage.altered',
  actor: { type: 'system', id: 'idp' },
  content: { model },
})
