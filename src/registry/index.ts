/**
 * Registry: who exists.
 *
 * Owns: packets, the processing pipeline, adjudication, identities and their history, UIN, VID, RID, PRID, partner tokens,
 * contact channels, staff. Never sees: a biometric template (it hands samples to the hub and reads outcomes).
 * Vocabulary (MOSIP): packet, RID, UIN, VID, stage, operator; identity, person.
 */
import type { Hub } from '#biometric-hub'
import type { Actor } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import type { Tx } from '#kernel/db/db.ts'
import type { Migration } from '#kernel/db/schema.ts'
import type { Incoming, Route } from '#kernel/http/http.ts'
import type { Worker } from '#kernel/jobs/jobs.ts'
import type { Consumer } from '#kernel/outbox/outbox.ts'

export interface RegistryContext extends Context {
  readonly hub: Hub
}
/** Opaque id of a person, the same for life; never leaves the house (partners get tokens, clients a pairwise `sub`). */
export type PersonId = string & { readonly brand: 'PersonId' }
export type Uin = string & { readonly brand: 'Uin' }
export type Vid = string & { readonly brand: 'Vid' }
export type Rid = string & { readonly brand: 'Rid' }
export type Prid = string & { readonly brand: 'Prid' }

/** Who asks, why: becomes the audit leaf of the read. */
export interface Reading {
  readonly actor: Actor
  /** `login`, `credential-issuance`, `my-identity`, … shown to the resident. */
  readonly purpose: string
}
export interface Found {
  readonly person: PersonId
  readonly by: 'uin' | 'vid'
}
/** A UIN or a usable VID that names an active person; spaces are ignored. A one-time VID is consumed only by `useIdentifier`. */
export declare function resolveIdentifier(
  ctx: RegistryContext,
  text: string,
): Promise<Found | undefined>
/** Counts one transaction on a VID after a successful authentication; false when it was spent meanwhile. */
export declare function useIdentifier(ctx: RegistryContext, tx: Tx, text: string): Promise<boolean>
/** Standard OIDC claims and the pack's own, by the fields' `claim`; only those asked for, in `languages` order of preference. Leaves one audit leaf. */
export declare function readClaims(
  ctx: RegistryContext,
  person: PersonId,
  claims: readonly string[],
  reading: Reading,
  options?: { readonly languages?: readonly string[] },
): Promise<Record<string, unknown>>
/** Where one-time codes go. Masked forms are for pages. */
export declare function channelsOf(
  ctx: RegistryContext,
  person: PersonId,
): Promise<
  readonly {
    readonly channel: 'email' | 'sms'
    readonly address: string
    readonly masked: string
  }[]
>
/** The resident's own language (BCP 47) or the pack's first. */
export declare function languageOf(ctx: RegistryContext, person: PersonId): Promise<string>
/** 36 digits, the same for a person and partner however he came; see identifiers/partner-token. */
export declare function partnerToken(
  ctx: RegistryContext,
  person: PersonId,
  partner: string,
): string
export declare function isActive(ctx: RegistryContext, person: PersonId): Promise<boolean>

export interface IdentityView {
  readonly person: PersonId
  readonly uinMasked: string
  readonly status: 'active' | 'deactivated'
  readonly version: number
  readonly issuedAt: Date
  /** Field id -> MOSIP identity value (localised text as `[{language, value}]`). */
  readonly fields: Readonly<Record<string, unknown>>
  /** JPEG or PNG, as enrolled. */
  readonly photo?: { readonly type: string; readonly data: Buffer }
}
/** The whole record, decrypted. Leaves one audit leaf. */
export declare function readIdentity(
  ctx: RegistryContext,
  person: PersonId,
  reading: Reading,
): Promise<IdentityView | undefined>
/** The UIN in full, for its owner's own eyes: "my identity". Leaves one audit leaf. */
export { revealUin } from './identity/reveal-uin.ts'
export interface VidView {
  readonly vid: Vid
  readonly type: string
  readonly status: 'ACTIVE' | 'REVOKED' | 'EXPIRED' | 'USED'
  readonly createdAt: Date
  readonly expiresAt?: Date
  readonly transactionsLeft?: number
}
export declare function listVids(
  ctx: RegistryContext,
  person: PersonId,
): Promise<readonly VidView[]>
/** Problems: `vid.type-unknown`, `vid.too-many`. */
export declare function createVid(
  ctx: RegistryContext,
  person: PersonId,
  type: string,
  actor: Actor,
): Promise<Vid>
export declare function revokeVid(
  ctx: RegistryContext,
  person: PersonId,
  vid: Vid,
  actor: Actor,
): Promise<boolean>

/** Sealed packet (compact JWE) in, RID out; see packet/receive. Problems: `packet.*`. */
export declare function receivePacket(
  ctx: RegistryContext,
  sealed: string,
): Promise<{ rid: Rid; repeated: boolean }>
export interface PacketView {
  readonly rid: Rid
  readonly stage: string
  readonly state: 'processing' | 'waiting' | 'done' | 'rejected' | 'parked'
  /** Problem code, for `rejected` and `parked`. */
  readonly reason?: string
  readonly receivedAt: Date
  readonly steps: readonly { readonly stage: string; readonly outcome: string; readonly at: Date }[]
  /** Masked; only when done. */
  readonly uinMasked?: string
}
export declare function packetStatus(
  ctx: RegistryContext,
  rid: string,
): Promise<PacketView | undefined>
/** For the enrolment page: builds, signs and seals a packet as an operator's client does, with a key of this house's. */
export declare function sealPacket(
  ctx: RegistryContext,
  operator: string,
  content: {
    readonly identity: Record<string, unknown>
    readonly photo: { readonly type: string; readonly data: Uint8Array }
  },
): Promise<string>

export interface CaseView {
  readonly id: string
  readonly openedAt: Date
  readonly rid: Rid
  readonly status: 'open' | 'decided'
  readonly candidates: number
}
export interface CaseSide {
  readonly label: string
  readonly fields: Readonly<Record<string, unknown>>
  readonly photo?: { readonly type: string; readonly data: Buffer }
}
export interface CaseDetail extends CaseView {
  readonly subject: CaseSide
  readonly others: readonly (CaseSide & {
    readonly candidate: string
    readonly score?: number
    readonly modalities: readonly { readonly modality: string; readonly score: number }[]
    readonly reasons: readonly ('biometric' | 'demographic')[]
  })[]
}
export declare function openCases(
  ctx: RegistryContext,
  page: { limit: number; before?: string },
): Promise<readonly CaseView[]>
/** Leaves a leaf on every person shown. */
export declare function readCase(
  ctx: RegistryContext,
  id: string,
  actor: Actor,
): Promise<CaseDetail | undefined>
/** Compare-and-set: a case is decided once. Problems: `adjudication.unknown-case`, `adjudication.already-decided`. */
export declare function decideCase(
  ctx: RegistryContext,
  id: string,
  decision: { readonly verdict: 'unique' | 'duplicate'; readonly reason: string },
  actor: Actor,
): Promise<void>

/** Staff sessions: operators, adjudicators, administrators sign in with a password (argon2id) or a bearer token. */
export type StaffRole = 'operator' | 'adjudicator' | 'administrator'
export interface StaffMember {
  readonly id: string
  readonly name: string
  readonly roles: readonly StaffRole[]
}
/** From the session cookie or `Authorization: Bearer`; undefined for a stranger. */
export declare function staffOf(
  ctx: RegistryContext,
  incoming: Incoming,
): Promise<StaffMember | undefined>
/** Throws Problem `staff.unauthenticated` (401) or `staff.forbidden` (403). */
export declare function requireStaff(
  ctx: RegistryContext,
  incoming: Incoming,
  role: StaffRole,
): Promise<StaffMember>

export declare function registryRoutes(ctx: RegistryContext): readonly Route[]
export declare function registryWorkers(ctx: RegistryContext): readonly Worker[]
export declare function registryConsumers(ctx: RegistryContext): readonly Consumer[]
/** Demo profile: the persons, operators and staff of `sandbox.json`, once. */
export declare function seedSandbox(ctx: RegistryContext): Promise<void>
export declare const registryMigrations: readonly Migration[]
