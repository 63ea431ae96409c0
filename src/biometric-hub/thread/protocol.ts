/** What the hub asks of its worker thread, and the answers. Values cross by structured clone. */
import type { Look } from '../face/look.ts'
import type { GalleryState, Hit } from '../gallery/matrix.ts'

export interface Tasks {
  look: { readonly ask: { readonly image: Uint8Array }; readonly answer: Look }
  state: { readonly ask: object; readonly answer: GalleryState }
  append: {
    readonly ask: {
      /** The state this was made for; the gallery takes nothing that does not follow on it. */
      readonly after: number
      readonly ordinals: readonly number[]
      /** `ordinals.length * dimensions` numbers. */
      readonly templates: Float32Array
    }
    readonly answer: GalleryState
  }
  remove: {
    readonly ask: { readonly ordinals: readonly number[]; readonly erasures: number }
    readonly answer: GalleryState
  }
  search: {
    readonly ask: {
      readonly probe: Float32Array
      /** Only what was enrolled before this ordinal. */
      readonly below: number
      readonly maxDistance: number
      readonly limit: number
    }
    readonly answer: { readonly compared: number; readonly hits: readonly Hit[] }
  }
}
export type TaskKind = keyof Tasks
export type Ask<K extends TaskKind = TaskKind> = { readonly kind: K } & Tasks[K]['ask']
export interface Request {
  readonly id: number
  readonly ask: Ask
}
export type Response =
  | { readonly id: number; readonly answer: unknown }
  /** The message of an error made in our own code; it never quotes a sample or a template. */
  | { readonly id: number; readonly failure: string }
