/** What passes between the event loop and the Data Integrity worker. The private key never does. */
import type { OwnContext } from './contexts.ts'

export interface WorkerSetup {
  readonly contexts: readonly OwnContext[]
}
export type ToWorker =
  | {
      readonly kind: 'issue'
      readonly job: number
      readonly credential: Record<string, unknown>
      readonly verificationMethod: string
      /** Milliseconds since 1970. */
      readonly created: number
    }
  | { readonly kind: 'signature'; readonly job: number; readonly signature: Uint8Array }
  | { readonly kind: 'no-signature'; readonly job: number }
export type FromWorker =
  | { readonly kind: 'sign'; readonly job: number; readonly data: Uint8Array }
  | { readonly kind: 'issued'; readonly job: number; readonly credential: Record<string, unknown> }
  | { readonly kind: 'failed'; readonly job: number; readonly reason: string }
