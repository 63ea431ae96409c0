/**
 * Portals: what people see. Pages over the parts' doors, no rule of their own.
 */

import type { Idp, IdpContext } from '#idp'
import type { Issuer } from '#issuer'
import type { Route } from '#kernel/http/http.ts'
import type { WebFolder } from '#kernel/web/page.ts'

export interface PortalsContext extends IdpContext {
  readonly idp: Idp
  readonly issuer: Issuer
  /** Other listeners of this start (Harbour Bank), for the landing page. */
  readonly links: Readonly<Record<string, string>>
}
export declare function portalRoutes(ctx: PortalsContext): readonly Route[]
export declare const portalFolders: readonly WebFolder[]
