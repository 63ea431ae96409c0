/** What goes into the hub and what comes out of it. */

/** Opaque to the hub; the registry makes one per person and can not be led back from it. */
export type SubjectRef = string & { readonly brand: 'SubjectRef' }
export interface Sample {
  readonly modality: 'face'
  /** JPEG or PNG as captured, at most 5 MiB and 16.5 million pixels. */
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
      /** By falling score, at most 20. */
      readonly candidates: readonly Candidate[]
      readonly compared: number
    }
  | { readonly outcome: 'unusable'; readonly fault: SampleFault }
export type Verification =
  | { readonly outcome: 'match' | 'non-match'; readonly score: number }
  | { readonly outcome: 'no-reference' }
  | { readonly outcome: 'unusable'; readonly fault: SampleFault }
