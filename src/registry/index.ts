/**
 * Registry: who exists.
 *
 * Owns: packets, the processing pipeline, adjudication, identities and their history, UIN, VID, RID, PRID, partner tokens,
 * contact channels, staff. Never sees: a biometric template (it hands samples to the hub and reads outcomes).
 * Vocabulary (MOSIP): packet, RID, UIN, VID, stage, operator; identity, person.
 */
import type { Context } from '#kernel/context.ts'
import type { Migration } from '#kernel/db/schema.ts'
import type { Route } from '#kernel/http/http.ts'
import type { Worker } from '#kernel/jobs/jobs.ts'
import type { Consumer } from '#kernel/outbox/outbox.ts'
import type { WebFolder } from '#kernel/web/page.ts'
import { adjudicationMigrations } from './adjudication/migrations.ts'
import { adjudicationRoutes } from './adjudication/routes.ts'
import type { RegistryContext } from './context.ts'
import { identifierMigrations } from './identifiers/migrations.ts'
import { partnerTokenOf } from './identifiers/partner-token.ts'
import { identityMigrations } from './identity/migrations.ts'
import type { PersonId } from './identity/person.ts'
import { packetMigrations } from './packet/migrations.ts'
import { packetRoutes } from './packet/routes.ts'
import { packetWorker } from './processing/worker.ts'
import { residentsFolder } from './residents/folder.ts'
import { staffFolder } from './staff/folder.ts'
import { staffMigrations } from './staff/migrations.ts'
import { staffRoutes } from './staff/routes.ts'

// Adjudication.
export {
  type CaseDetail,
  type CaseSide,
  type CaseView,
  type OtherSide,
  openCases,
  readCase,
} from './adjudication/cases.ts'
export { decideCase, withdrawDecision } from './adjudication/decide.ts'
export type { RegistryContext } from './context.ts'
// Persons and their numbers.
export type { Prid, Rid, Uin, Vid } from './identifiers/identifiers.ts'
export { checkUinSpace } from './identifiers/uin-space.ts'
export { createVid, listVids, revokeVid, type VidView } from './identifiers/vid.ts'
export type { Reading } from './identity/events.ts'
export type { PersonId } from './identity/person.ts'
// Their records.
export {
  type Channel,
  channelsOf,
  type IdentityView,
  isActive,
  languageOf,
  readClaims,
  readIdentity,
} from './identity/read.ts'
export { revealUin } from './identity/reveal-uin.ts'
// Packets.
export { type Enrolment, sealPacket } from './packet/house-key.ts'
export { type Receipt, receivePacket } from './packet/receive.ts'
export { type PacketView, packetStatus } from './packet/status.ts'
export { type Found, resolveIdentifier, useIdentifier } from './residents/find.ts'
// For the composition root.
export { seedSandbox } from './residents/seed-sandbox.ts'
// Staff.
export { requireStaff, type StaffMember, type StaffRole, staffOf } from './staff/staff.ts'

/** 36 digits, the same for a person and partner however he came; see identifiers/partner-token. */
export const partnerToken = (ctx: Context, person: PersonId, partner: string): string =>
  partnerTokenOf(ctx.vault, person, partner)

export const registryRoutes = (ctx: RegistryContext): readonly Route[] => [
  ...packetRoutes(ctx),
  ...adjudicationRoutes(ctx),
  ...staffRoutes(ctx),
]
export const registryWorkers = (ctx: RegistryContext): readonly Worker[] => [packetWorker(ctx)]
/** The registry is where news begins: it has nobody to listen to. */
export const registryConsumers = (_: RegistryContext): readonly Consumer[] => []
export const registryFolders: readonly WebFolder[] = [staffFolder, residentsFolder]
export const registryMigrations: readonly Migration[] = [
  ...identifierMigrations,
  ...staffMigrations,
  ...identityMigrations,
  ...packetMigrations,
  ...adjudicationMigrations,
]
