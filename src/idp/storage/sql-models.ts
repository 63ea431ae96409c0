/** Models that are a record: grants and refresh tokens. A revoked grant stays as a tombstone until it would have expired. */
import { transaction } from '#kernel/db/db.ts'
import { markRevoked } from './ephemeral-models.ts'
import { joinedTransaction } from './joined.ts'
import {
  hashOf,
  type ModelStore,
  type Payload,
  revokedKeyOfHash,
  type StorageContext,
} from './models.ts'
import * as store from './store.ts'

export const sqlModels = (ctx: StorageContext, model: string): ModelStore => {
  const seal = (id: string, { jti: _, consumed: __, ...payload }: Payload) =>
    ctx.vault.seal(
      { table: 'oidc_model', column: 'payload', row: `${model}.${id}` },
      JSON.stringify(payload),
    )
  const open = async (id: string, sealed: string): Promise<Payload | undefined> => {
    try {
      const bytes = await ctx.vault.open(
        { table: 'oidc_model', column: 'payload', row: `${model}.${id}` },
        sealed,
      )
      return JSON.parse(bytes.toString()) as Payload
    } catch {
      ctx.onAltered(model)
      return undefined
    }
  }
  const rowOf = async (
    id: string,
    payload: Payload,
    ttlSeconds: number,
  ): Promise<store.ModelRow> => {
    const hash = hashOf(ctx, model, id)
    return {
      model,
      id: hash,
      grant_id: payload.grantId === undefined ? null : hashOf(ctx, 'Grant', payload.grantId),
      person: payload.accountId === undefined ? null : personHash(ctx, payload.accountId),
      client_id: payload.clientId ?? null,
      payload: await seal(hash, payload),
      expires_at: ctx.now().getTime() + ttlSeconds * 1000,
      consumed_at: null,
      revoked_at: null,
    }
  }
  const revoke = async (grantId: string): Promise<void> => {
    const hash = hashOf(ctx, 'Grant', grantId)
    await transaction(ctx, (tx) => store.revokeGrants(tx, [hash], ctx.now().getTime()))
    await markGrantsRevoked(ctx, [hash])
  }
  return {
    save: async (id, payload, ttlSeconds) => {
      const row = await rowOf(id, payload, ttlSeconds)
      await joinedTransaction(ctx, (tx) => store.saveModel(tx, row))
    },
    insert: async (id, payload, ttlSeconds) => {
      const row = await rowOf(id, payload, ttlSeconds)
      return transaction(ctx, (tx) => store.insertModel(tx, row))
    },
    find: async (id) => {
      const hash = hashOf(ctx, model, id)
      const row = await store.findModel(ctx.db, model, hash, ctx.now().getTime())
      const payload = row && (await open(hash, row.payload))
      if (!row || !payload) return undefined
      const consumed =
        row.consumed_at === null ? {} : { consumed: Math.floor(row.consumed_at / 1000) }
      return { ...payload, ...consumed, jti: id }
    },
    findByUid: async () => undefined,
    consume: async (id) => {
      const first = await transaction(ctx, (tx) =>
        store.consumeModel(tx, model, hashOf(ctx, model, id), ctx.now().getTime()),
      )
      return first ? 'first' : 'again'
    },
    destroy: async (id) => {
      if (model === 'Grant') return revoke(id)
      await transaction(ctx, (tx) => store.deleteModel(tx, model, hashOf(ctx, model, id)))
    },
    revokeGrant: revoke,
  }
}

/** Rows are found by this, so that a reader of the database does not learn who uses which relying party. */
export const personHash = (ctx: Pick<StorageContext, 'vault'>, person: string): string =>
  ctx.vault.lookup('idp.person', person)

/** Ends the ephemeral tokens of grants whose rows were revoked. */
export const markGrantsRevoked = async (
  ctx: StorageContext,
  hashes: readonly string[],
): Promise<void> => {
  await Promise.all(hashes.map((hash) => markRevoked(ctx, revokedKeyOfHash(hash))))
}

/** Deletes what has expired, in batches that never hold many rows. Answers how many. */
export const purgeExpired = async (ctx: StorageContext): Promise<number> => {
  const batch = 200
  for (let purged = 0, rounds = 0; ; rounds++) {
    const expired = await store.expiredModels(ctx.db, ctx.now().getTime(), batch)
    await transaction(ctx, (tx) => store.deleteModels(tx, expired))
    purged += expired.length
    if (expired.length < batch || rounds >= 50) return purged
  }
}
