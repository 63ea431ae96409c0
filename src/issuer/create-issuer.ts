/** Opens the issuer: catalogue, formats, status lists; and joins its functions into the door's object. */
import type { Actor } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import type { Route } from '#kernel/http/http.ts'
import type { Consumer } from '#kernel/outbox/outbox.ts'
import type { PersonId } from '#registry'
import { loadCatalogue } from './catalog/load.ts'
import { documentRoutes } from './catalog/routes.ts'
import type { IssuingContext } from './context.ts'
import { compileCatalogue } from './formats/compile.ts'
import { ownContexts } from './formats/data-integrity/contexts.ts'
import { openDataIntegrity } from './formats/data-integrity/open.ts'
import { deactivationConsumer, revokeCredential } from './ledger/revoke.ts'
import { credentialsOf, type IssuedView } from './ledger/view.ts'
import { makeOffer, type Offer, type OfferOptions } from './openid4vci/offer.ts'
import { type Redemption, redeem } from './openid4vci/pre-authorized-code.ts'
import { type Access, openid4vciRoutes } from './openid4vci/routes.ts'
import { statusListSize } from './parameters.ts'
import { openPublisher } from './status/publish.ts'
import { openReservations } from './status/reserve.ts'
import { statusRoutes } from './status/routes.ts'

/** The kernel is enough: what the issuer asks the registry, it asks through its door. */
export type IssuerContext = Context

export interface Issuer {
  /** `access` comes from the idp; joined in `main.ts`. */
  routes(access: Access): readonly Route[]
  readonly consumers: readonly Consumer[]
  /** Given to the idp's token endpoint. */
  redeem(code: string, txCode: string | undefined): Promise<Redemption>
  /** A fresh offer for a resident; the transaction code goes out by the person's channel and is shown nowhere else. */
  offer(
    person: PersonId,
    configurationIds: readonly string[],
    actor: Actor,
    options?: OfferOptions,
  ): Promise<Offer>
  credentialsOf(person: PersonId): Promise<readonly IssuedView[]>
  /** All copies of it. False when it is not the person's or was revoked before. */
  revoke(person: PersonId, credentialId: string, reason: string, actor: Actor): Promise<boolean>
  configurations(): readonly {
    readonly id: string
    readonly name: Readonly<Record<string, string>>
    readonly format: string
    /** OAuth scope that stands for it. */
    readonly scope: string
  }[]
  stop(): Promise<void>
}

const signing = ['credential-sd-jwt', 'credential-data-integrity', 'status-list'] as const

/** Throws Problem `country.invalid` for a catalogue with a mistake. */
export const createIssuer = async (base: IssuerContext): Promise<Issuer> => {
  const catalogue = await loadCatalogue(base)
  // made now, so that the published keys are there before the first credential
  for (const purpose of signing) await base.keys.active(purpose)
  const contexts = ownContexts(base.config.server.publicUrl, catalogue)
  const dataIntegrity = openDataIntegrity(base, contexts)
  const publisher = openPublisher(base, dataIntegrity)
  const ctx: IssuingContext = {
    ...base,
    catalogue,
    configurations: compileCatalogue(base, catalogue, dataIntegrity),
    reserve: openReservations(base, statusListSize),
  }
  return {
    routes: (access) => [
      ...openid4vciRoutes(ctx, access),
      ...documentRoutes(ctx),
      ...statusRoutes(publisher),
    ],
    consumers: [deactivationConsumer],
    redeem: (code, txCode) => redeem(ctx, code, txCode),
    offer: (person, configurationIds, actor, options) =>
      makeOffer(ctx, person, configurationIds, actor, options),
    credentialsOf: (person) => credentialsOf(ctx, person),
    revoke: (person, credentialId, reason, actor) =>
      revokeCredential(ctx, person, credentialId, reason, actor),
    configurations: () =>
      Object.entries(catalogue.configurations).map(([id, { name, format, scope }]) => ({
        id,
        name,
        format,
        scope,
      })),
    stop: () => dataIntegrity.stop(),
  }
}
