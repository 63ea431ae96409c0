/**
 * Portals: what people see. Pages over the parts' doors, no rule of their own.
 */
import type { Route } from '#kernel/http/http.ts'
import type { WebFolder } from '#kernel/web/page.ts'
import { adjudicationFolder, adjudicationRoutes } from './adjudication/routes.ts'
import type { PortalsContext } from './context.ts'
import { enrolmentFolder, enrolmentRoutes } from './enrolment/routes.ts'
import { inboxFolder, inboxRoutes } from './inbox/routes.ts'
import { landingFolder, landingRoutes } from './landing/routes.ts'
import { myIdentityRoutes } from './my-identity/routes.ts'
import { myIdentityFolder } from './my-identity/visit.ts'
import { staffPageFolder } from './staff-page.ts'
import { trackingFolder, trackingRoutes } from './tracking/routes.ts'

export type { PortalsContext } from './context.ts'

export const portalRoutes = (ctx: PortalsContext): readonly Route[] => [
  ...landingRoutes(ctx),
  ...inboxRoutes(ctx),
  ...enrolmentRoutes(ctx),
  ...trackingRoutes(ctx),
  ...adjudicationRoutes(ctx),
  ...myIdentityRoutes(ctx),
]

export const portalFolders: readonly WebFolder[] = [
  staffPageFolder,
  landingFolder,
  inboxFolder,
  enrolmentFolder,
  trackingFolder,
  adjudicationFolder,
  myIdentityFolder,
]
