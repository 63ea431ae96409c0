/** What the parts of the IdP hand to each other beside the house's context. */
import type { PersonId, RegistryContext } from '#registry'
import type { Clients } from './clients/clients.ts'
import type { ClaimTable } from './provider/claims.ts'
import type { StorageContext } from './storage/models.ts'

export interface IdpParts extends RegistryContext, StorageContext {
  readonly clients: Clients
  readonly claims: ClaimTable
  /** Told each call that the engine makes to its storage; tests and the benchmark count them. */
  readonly onStorageCall?: ((model: string, verb: string) => void) | undefined
}
/** Somebody proved who he is. */
export interface Authentication {
  readonly person: PersonId
  readonly acr: string
  /** RFC 8176. */
  readonly amr: readonly string[]
}
