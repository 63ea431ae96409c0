/**
 * IdP: who is at the door.
 *
 * Owns: the OpenID provider, authentication factors (one-time code, passkey), consent, clients, resident sessions.
 * Never sees: a template; of a person's record only the claims that were consented, read through the registry.
 * Vocabulary (OpenID Connect): client, grant, interaction, acr, amr, claim, pairwise subject.
 */
import type { Incoming, Mount, Route } from '#kernel/http/http.ts'
import type { Consumer } from '#kernel/outbox/outbox.ts'
import type { PersonId, RegistryContext } from '#registry'

export type IdpContext = RegistryContext

/** What the issuer gives so that the token endpoint can redeem its pre-authorized codes; joined in `main.ts`. */
export interface PreAuthorizedCodes {
  /** Atomic: one caller redeems. Five wrong transaction codes burn the code. */
  redeem(
    code: string,
    txCode: string | undefined,
  ): Promise<
    | {
        readonly outcome: 'redeemed'
        readonly person: PersonId
        readonly configurationIds: readonly string[]
      }
    | { readonly outcome: 'invalid' | 'wrong-tx-code' | 'tx-code-required' | 'tx-code-unexpected' }
  >
}
/** What the idp gives so that the credential endpoint can check its caller. */
export interface CredentialAccess {
  readonly person: PersonId
  readonly clientId: string
  readonly configurationIds: readonly string[]
  /** Stable id of the token, for idempotency; not the token. */
  readonly tokenId: string
}
export interface Idp {
  readonly routes: readonly Route[]
  readonly mounts: readonly Mount[]
  readonly consumers: readonly Consumer[]
  /** Bearer token from the Authorization header, for the credential endpoint. Undefined: unknown, expired, other audience. */
  credentialAccess(authorization: string | undefined): Promise<CredentialAccess | undefined>
  /** The resident signed in at "my identity", by the session cookie. */
  resident(incoming: Incoming): Promise<ResidentSession | undefined>
  /** Consents that are remembered, and their revocation. */
  consentsOf(person: PersonId): Promise<readonly ConsentView[]>
  revokeConsent(person: PersonId, consentId: string): Promise<boolean>
  /** A relying party's display name, for "who used my identity". */
  clientName(clientId: string): Promise<string | undefined>
  passkeysOf(person: PersonId): Promise<
    readonly {
      readonly id: string
      readonly name: string
      readonly createdAt: Date
      readonly lastUsedAt?: Date
    }[]
  >
  removePasskey(person: PersonId, id: string): Promise<boolean>
  stop(): Promise<void>
}
export interface ResidentSession {
  readonly person: PersonId
  readonly acr: string
  readonly amr: readonly string[]
  readonly at: Date
  /** Put in every form that changes something; `idp` checks it. */
  readonly csrf: string
}
export interface ConsentView {
  readonly id: string
  readonly client: { readonly id: string; readonly name: string }
  readonly claims: readonly string[]
  readonly since: Date
}
/** Adds or replaces a relying party; Problem `client.invalid`. */
export { registerClient } from './clients/clients.ts'
export type { ClientRegistration } from './clients/metadata.ts'
/** Registers the sandbox's relying parties (demo and test profiles). */
export { type SeedOptions, seedClients } from './clients/seed.ts'
export { createIdp } from './create-idp.ts'
export { idpFolders } from './folder.ts'
export { idpMigrations } from './migrations.ts'
