/**
 * Biometric hub: samples in, comparison outcomes out.
 *
 * Owns: images, templates, comparison, the gallery. Never sees: a UIN, a name, an RID; it knows a person by an opaque
 * subject reference. Never gives out: a template. Vocabulary (ISO/IEC 2382-37): sample, probe, reference, gallery,
 * candidate, comparison score, verification, identification.
 */
export { createHub, type Hub } from './hub.ts'
export { hubMigrations } from './migrations.ts'
export type {
  Assessment,
  Candidate,
  Identification,
  Sample,
  SampleFault,
  SubjectRef,
  Verification,
} from './outcomes.ts'
