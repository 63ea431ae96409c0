/**
 * The engine's storage adapter over our models. The engine checks one-time values by find, look, consume; here the
 * loser of a race is refused where the value is consumed, and what the winner got is revoked (RFC 6749 §4.1.2).
 */
import { type Adapter, type AdapterPayload, errors } from 'oidc-provider'
import { engineMetadata } from '../clients/metadata.ts'
import type { IdpParts } from '../context.ts'
import { ephemeralModels } from '../storage/ephemeral-models.ts'
import type { ModelStore, Payload } from '../storage/models.ts'
import { sqlModels } from '../storage/sql-models.ts'

/** A value that may be seen once was there already. */
export class AlreadyUsed extends Error {
  override name = 'AlreadyUsed'
}

const durable = new Set(['Grant', 'RefreshToken'])
/** Seconds; for the models whose lifetime the engine does not pass. */
const defaultTtl = 3600

export const adapterFactory =
  (ctx: IdpParts) =>
  (model: string): Adapter =>
    model === 'Client' ? clientAdapter(ctx) : modelAdapter(ctx, model)

/** Grants are destroyed with their tokens: a code that comes twice ends both. */
export const revokeGrant = async (ctx: IdpParts, grantId: string): Promise<void> => {
  await sqlModels(ctx, 'Grant').revokeGrant(grantId)
}

const modelAdapter = (ctx: IdpParts, model: string): Adapter => {
  const store: ModelStore = durable.has(model) ? sqlModels(ctx, model) : ephemeralModels(ctx, model)
  const count = (verb: string) => ctx.onStorageCall?.(model, verb)
  return {
    upsert: async (id, payload, expiresIn = defaultTtl) => {
      count('upsert')
      const ttlSeconds = Math.max(1, expiresIn)
      if (model !== 'ReplayDetection') return store.save(id, payload as Payload, ttlSeconds)
      if (!(await store.insert(id, payload as Payload, ttlSeconds))) throw new AlreadyUsed()
    },
    find: async (id) => {
      count('find')
      return (await store.find(id)) as AdapterPayload | undefined
    },
    findByUid: async (uid) => {
      count('findByUid')
      return (await store.findByUid(uid)) as AdapterPayload | undefined
    },
    findByUserCode: async () => undefined,
    consume: async (id) => {
      count('consume')
      if ((await store.consume(id)) === 'again') await refuseAgain(ctx, model, store, id)
    },
    destroy: async (id) => {
      count('destroy')
      await store.destroy(id)
    },
    revokeByGrantId: async (grantId) => {
      count('revokeByGrantId')
      await store.revokeGrant(grantId)
    },
  }
}

const refuseAgain = async (
  ctx: IdpParts,
  model: string,
  store: ModelStore,
  id: string,
): Promise<never> => {
  if (model === 'PushedAuthorizationRequest') {
    throw new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used')
  }
  const grantId = (await store.find(id))?.grantId
  if (grantId !== undefined) await revokeGrant(ctx, grantId)
  throw new errors.InvalidGrant(`${model} was already consumed`)
}

/** Clients are read, never written by the engine: there is no dynamic registration. */
const clientAdapter = (ctx: IdpParts): Adapter => {
  const refuse = async (): Promise<never> => {
    throw new Error('clients are registered by registerClient only')
  }
  return {
    find: async (id) => {
      const client = await ctx.clients.find(id)
      return client && (engineMetadata(client) as AdapterPayload)
    },
    findByUid: async () => undefined,
    findByUserCode: async () => undefined,
    upsert: refuse,
    consume: refuse,
    destroy: refuse,
    revokeByGrantId: refuse,
  }
}
