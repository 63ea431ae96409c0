/** What the issuer's own functions stand on beside the house's context. */
import type { Context } from '#kernel/context.ts'
import type { Catalogue } from './catalog/load.ts'
import type { Configuration } from './formats/compile.ts'
import type { ReserveIndices } from './status/reserve.ts'

export interface IssuingContext extends Context {
  readonly catalogue: Catalogue
  /** Compiled, by id. */
  readonly configurations: ReadonlyMap<string, Configuration>
  readonly reserve: ReserveIndices
}
