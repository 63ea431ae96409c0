/** Puts the IdP together. */
import { record } from '#kernel/audit/audit.ts'
import { transaction } from '#kernel/db/db.ts'
import { openClients } from './clients/clients.ts'
import { listConsents, revokeConsent } from './consent/consent.ts'
import { idpConsumers } from './consumers.ts'
import type { IdpParts } from './context.ts'
import { storedValueAltered } from './events.ts'
import type { Idp, IdpContext, PreAuthorizedCodes } from './index.ts'
import { interactionRoutes } from './interactions/routes.ts'
import { passkeysOf, removePasskey } from './passkeys/passkeys.ts'
import { claimTable } from './provider/claims.ts'
import { startEngine } from './provider/engine.ts'
import { credentialAccess } from './provider/pre-authorized-code.ts'
import { signInRoutes } from './sign-in/routes.ts'
import { residentOf } from './sign-in/session.ts'
import { createSealer } from './storage/sealed.ts'
import { purgeExpired } from './storage/sql-models.ts'

const purgeEveryMs = 5 * 60_000

export const createIdp = async (
  ctx: IdpContext,
  parts: { readonly preAuthorizedCodes: PreAuthorizedCodes },
  options: { readonly onStorageCall?: (model: string, verb: string) => void } = {},
): Promise<Idp> => {
  const clients = await openClients(ctx)
  const idp: IdpParts = {
    ...ctx,
    clients,
    claims: claimTable(ctx.country),
    sealer: createSealer(ctx),
    onAltered: (model) => reportAltered(ctx, model),
    onStorageCall: options.onStorageCall,
  }
  const engine = await startEngine(idp, parts.preAuthorizedCodes)
  const purge = setInterval(() => {
    purgeExpired(idp).catch((error: unknown) => warn(ctx, error, 'expired grants not purged'))
  }, purgeEveryMs)
  purge.unref()
  return {
    routes: [...interactionRoutes(idp, engine), ...signInRoutes(idp)],
    mounts: [engine.mount],
    consumers: idpConsumers(idp),
    credentialAccess: (authorization) => credentialAccess(idp, engine.current(), authorization),
    resident: async (incoming) => {
      const session = await residentOf(idp, incoming)
      return session && withoutId(session)
    },
    consentsOf: async (person) => {
      const consents = await listConsents(idp, person)
      return Promise.all(
        consents.map(async ({ id, clientId, claims, since }) => ({
          id,
          client: { id: clientId, name: (await clients.find(clientId))?.client_name ?? clientId },
          claims,
          since,
        })),
      )
    },
    revokeConsent: (person, consentId) => revokeConsent(idp, person, consentId),
    clientName: async (clientId) => (await clients.find(clientId))?.client_name,
    passkeysOf: (person) => passkeysOf(idp, person),
    removePasskey: (person, id) => removePasskey(idp, person, id),
    stop: async () => {
      clearInterval(purge)
      engine.stop()
      await clients.stop()
    },
  }
}

const withoutId = <T extends { readonly id: string }>({ id: _, ...rest }: T): Omit<T, 'id'> => rest

/** Somebody wrote into our storage: the value counts as absent, and the log keeps that it happened. */
const reportAltered = (ctx: IdpContext, model: string): void => {
  ctx.log.error({ model }, 'stored value does not open')
  transaction(ctx, (tx) => record(ctx, tx, storedValueAltered(model))).catch((error: unknown) =>
    warn(ctx, error, 'altered value not recorded'),
  )
}

const warn = (ctx: IdpContext, error: unknown, message: string): void =>
  ctx.log.warn({ error: error instanceof Error ? error.name : 'unknown' }, message)
