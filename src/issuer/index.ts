/**
 * Issuer: what can be proven.
 *
 * Owns: credential configurations, formats, OpenID4VCI endpoints, status lists, the ledger of what was issued.
 * Never sees: how the holder authenticated; of a record only the claims a configuration names, read once per request.
 * Vocabulary (OpenID4VCI 1.0, W3C VCDM 2.0): issuer, holder, credential configuration, offer, proof, c_nonce, status list.
 */
import type { Actor } from '#kernel/audit/audit.ts'
import type { Migration } from '#kernel/db/schema.ts'
import type { Route } from '#kernel/http/http.ts'
import type { Consumer } from '#kernel/outbox/outbox.ts'
import type { PersonId, RegistryContext } from '#registry'

export type IssuerContext = RegistryContext
export interface TokenAccess {
  readonly person: PersonId
  readonly clientId: string
  readonly configurationIds: readonly string[]
  readonly tokenId: string
}
export interface Issuer {
  /** `access` comes from the idp; joined in `main.ts`. */
  routes(
    access: (authorization: string | undefined) => Promise<TokenAccess | undefined>,
  ): readonly Route[]
  readonly consumers: readonly Consumer[]
  /** Given to the idp's token endpoint. */
  redeem(
    code: string,
    txCode: string | undefined,
  ): Promise<
    | {
        readonly outcome: 'redeemed'
        readonly person: PersonId
        readonly configurationIds: readonly string[]
      }
    | { readonly outcome: 'invalid' | 'wrong-tx-code' | 'tx-code-required' | 'tx-code-unexpected' }
  >
  /** A fresh offer for a resident; the transaction code goes out by the person's channel and is shown nowhere else. */
  offer(
    person: PersonId,
    configurationIds: readonly string[],
    actor: Actor,
  ): Promise<{
    readonly uri: string
    readonly qrSvg: string
    readonly expiresAt: Date
    readonly txCode: { readonly length: number }
  }>
  credentialsOf(person: PersonId): Promise<readonly IssuedView[]>
  revoke(person: PersonId, credentialId: string, reason: string, actor: Actor): Promise<boolean>
  configurations(): readonly {
    readonly id: string
    readonly name: Readonly<Record<string, string>>
    readonly format: string
  }[]
  stop(): Promise<void>
}
export interface IssuedView {
  readonly id: string
  readonly configurationId: string
  readonly format: string
  readonly issuedAt: Date
  readonly expiresAt: Date
  readonly status: 'valid' | 'revoked'
}
export declare function createIssuer(ctx: IssuerContext): Promise<Issuer>
export declare const issuerMigrations: readonly Migration[]
