/**
 * Biometric hub: samples in, comparison outcomes out.
 *
 * Owns: images, templates, comparison, the gallery. Never sees: a UIN, a name, an RID; it knows a person by an opaque
 * subject reference. Never gives out: a template. Vocabulary (ISO/IEC 2382-37): sample, probe, reference, gallery,
 * candidate, comparison score, verification, identification.
 */
import type { Context } from '#kernel/context.ts'
import type { Tx } from '#kernel/db/db.ts'
import type { Migration } from '#kernel/db/schema.ts'

/** Opaque to the hub; the registry makes one per person and can not be led back from it. */
export type SubjectRef = string & { readonly brand: 'SubjectRef' }
export interface Sample {
  readonly modality: 'face'
  /** JPEG or PNG as captured, at most 5 MiB. */
  readonly image: Uint8Array
}
export type SampleFault = 'not-an-image' | 'too-large' | 'no-face' | 'several-faces'
export type Assessment =
  | {
      readonly outcome: 'assessed'
      /** 0..100, own algorithm. */
      readonly quality: number
      /** Named measures behind the number, each 0..1, and what the operator may do about the worst (catalogue keys). */
      readonly measures: Readonly<Record<string, number>>
      readonly advice: readonly string[]
      /** Pixels of the image: where the face is. */
      readonly box: {
        readonly x: number
        readonly y: number
        readonly width: number
        readonly height: number
      }
    }
  | { readonly outcome: 'unusable'; readonly fault: SampleFault }
export interface Candidate {
  readonly subject: SubjectRef
  /** 0..1, higher is more alike; fused over modalities. */
  readonly score: number
  readonly modalities: readonly { readonly modality: 'face'; readonly score: number }[]
}
export type Identification =
  | { readonly outcome: 'unique'; readonly compared: number }
  | {
      readonly outcome: 'candidates'
      readonly candidates: readonly Candidate[]
      readonly compared: number
    }
  | { readonly outcome: 'unusable'; readonly fault: SampleFault }
export type Verification =
  | { readonly outcome: 'match' | 'non-match'; readonly score: number }
  | { readonly outcome: 'no-reference' }
  | { readonly outcome: 'unusable'; readonly fault: SampleFault }

export interface Hub {
  assess(samples: readonly Sample[]): Promise<Assessment>
  /**
   * Enrols the subject (idempotent by reference: the same subject again replaces nothing) and searches everybody who was
   * enrolled before, exactly. Insert-then-search under one total order: of any number of simultaneous enrolments of one
   * person, exactly the first is `unique`. Throws Problem `hub.search-incomplete` rather than answering `unique` on a
   * partial scan.
   */
  identify(subject: SubjectRef, samples: readonly Sample[]): Promise<Identification>
  verify(subject: SubjectRef, samples: readonly Sample[]): Promise<Verification>
  /** In the caller's transaction: the subject leaves the gallery when it commits. */
  erase(tx: Tx, subject: SubjectRef): Promise<void>
  stop(): Promise<void>
}
export declare function createHub(ctx: Context): Promise<Hub>
export declare const hubMigrations: readonly Migration[]
