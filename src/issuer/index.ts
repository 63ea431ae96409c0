/**
 * Issuer: what can be proven.
 *
 * Owns: credential configurations, formats, OpenID4VCI endpoints, status lists, the ledger of what was issued.
 * Never sees: how the holder authenticated; of a record only the claims a configuration names, read once per request.
 * Vocabulary (OpenID4VCI 1.0, W3C VCDM 2.0): issuer, holder, credential configuration, offer, proof, c_nonce, status list.
 */
export { createIssuer, type Issuer, type IssuerContext } from './create-issuer.ts'
export type { IssuedView } from './ledger/view.ts'
export { issuerMigrations } from './migrations.ts'
export type { TokenAccess } from './openid4vci/credential.ts'
export type { Offer } from './openid4vci/offer.ts'
