/** What every portal stands on. */
import type { Idp, IdpContext } from '#idp'
import type { Issuer } from '#issuer'

export interface PortalsContext extends IdpContext {
  readonly idp: Idp
  readonly issuer: Issuer
  /** Other listeners of this start (Harbour Bank), for the landing page. */
  readonly links: Readonly<Record<string, string>>
}
