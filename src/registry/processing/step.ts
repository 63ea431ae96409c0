/** What a stage is made of. */
import type { Tx } from '#kernel/db/db.ts'
import type { RegistryContext } from '../context.ts'
import type { IdentityValidator } from '../identity/validate.ts'
import type { IdentityFields } from '../identity/values.ts'
import type { PacketRow } from '../packet/store.ts'

export interface StepContext extends RegistryContext {
  readonly validateIdentity: IdentityValidator
}
export interface Result<Outcome extends string> {
  readonly outcome: Outcome
  /** Problem code: why a packet is rejected. */
  readonly reason?: string
  /** Ids of the identity fields at fault. */
  readonly fields?: readonly string[]
  /** The fields of a readable packet that is rejected: who is told, and in which language. */
  readonly tell?: IdentityFields
  /** When the outcome leads back into the same stage: how long to wait. */
  readonly againAfterMs?: number
}
/** The step's writes, and the outcome that they have decided. Runs in the transaction of the move, maybe twice. */
export type Settle<Outcome extends string> = (tx: Tx) => Promise<Result<Outcome>>
/** Slow work first, outside of any transaction; it may be repeated after a crash. A throw is never an outcome. */
export type Step<Outcome extends string> = (
  ctx: StepContext,
  packet: PacketRow,
) => Promise<Settle<Outcome>>

/** For a step that has nothing to write. */
export const settled =
  <Outcome extends string>(result: Result<Outcome>): Settle<Outcome> =>
  async () =>
    result
