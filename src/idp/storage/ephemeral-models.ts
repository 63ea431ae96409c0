/** Models that may be lost at the cost of a new login: sessions, interactions, codes, tokens, replay memory. */
import { ttl } from '../parameters.ts'
import {
  closed,
  hashOf,
  type ModelStore,
  opened,
  type Payload,
  revokedKey,
  type StorageContext,
} from './models.ts'

/** A tombstone lives as long as the longest-lived token that could have been written before it. Milliseconds. */
export const tombstoneMs = (ttl.accessToken + ttl.authorizationCode) * 1000

const consumable = new Set(['AuthorizationCode', 'PushedAuthorizationRequest'])

export const ephemeralModels = (ctx: StorageContext, model: string): ModelStore => {
  // a session is found by its uid five times in a login and by its id once: it lies under the uid
  if (model === 'Session') return sessionModels(ctx)
  const keyOf = (id: string) => `oidc:${model}:${hashOf(ctx, model, id)}`
  const usedKey = (key: string) => `${key}:used`

  const load = async (key: string): Promise<Payload | undefined> => {
    const [sealed, used] = await Promise.all([
      ctx.ephemeral.get(key),
      consumable.has(model) ? ctx.ephemeral.get(usedKey(key)) : undefined,
    ])
    const payload = sealed === undefined ? undefined : opened(ctx, model, key, sealed)
    return payload && used !== undefined ? { ...payload, consumed: Number(used) } : payload
  }
  return {
    save: async (id, payload, ttlSeconds) => {
      const key = keyOf(id)
      await ctx.ephemeral.set(key, closed(ctx, key, payload), { ttlMs: ttlSeconds * 1000 })
    },
    insert: (id, payload, ttlSeconds) => {
      const key = keyOf(id)
      return ctx.ephemeral.set(key, closed(ctx, key, payload), {
        ttlMs: ttlSeconds * 1000,
        onlyIfAbsent: true,
      })
    },
    find: async (id) => {
      const payload = await load(keyOf(id))
      return payload && !(await isRevoked(ctx, payload)) ? { ...payload, jti: id } : undefined
    },
    findByUid: async () => undefined,
    consume: async (id) => {
      const first = await ctx.ephemeral.set(usedKey(keyOf(id)), String(seconds(ctx)), {
        ttlMs: tombstoneMs,
        onlyIfAbsent: true,
      })
      return first ? 'first' : 'again'
    },
    destroy: async (id) => {
      await ctx.ephemeral.del(keyOf(id))
    },
    revokeGrant: (grantId) => markRevoked(ctx, revokedKey(ctx, grantId)),
  }
}

const sessionModels = (ctx: StorageContext): ModelStore => {
  const pointerOf = (id: string) => `oidc:SessionId:${hashOf(ctx, 'SessionId', id)}`
  const keyOf = (uid: string) => `oidc:Session:${hashOf(ctx, 'Session', uid)}`
  const load = async (key: string): Promise<Payload | undefined> => {
    const sealed = await ctx.ephemeral.get(key)
    if (sealed === undefined) return undefined
    const payload = opened(ctx, 'Session', key, sealed)
    if (!payload) return undefined
    const { id, ...rest } = payload
    return typeof id === 'string' ? { ...rest, jti: id } : undefined
  }
  return {
    save: async (id, payload, ttlSeconds) => {
      const key = keyOf(String(payload.uid))
      const options = { ttlMs: ttlSeconds * 1000 }
      // the engine needs the id again when it finds a session by its uid: inside the seal it may stand
      await Promise.all([
        ctx.ephemeral.set(key, closed(ctx, key, { ...payload, id }), options),
        ctx.ephemeral.set(pointerOf(id), key, options),
      ])
    },
    insert: async () => false,
    find: async (id) => {
      const key = await ctx.ephemeral.get(pointerOf(id))
      const payload = key === undefined ? undefined : await load(key)
      // a pointer that somebody turned to another session's place is not believed
      return payload?.jti === id ? payload : undefined
    },
    findByUid: (uid) => load(keyOf(uid)),
    consume: async () => 'again',
    destroy: async (id) => {
      const key = await ctx.ephemeral.getdel(pointerOf(id))
      if (key !== undefined) await ctx.ephemeral.del(key)
    },
    revokeGrant: async () => {},
  }
}

export const markRevoked = async (ctx: StorageContext, key: string): Promise<void> => {
  await ctx.ephemeral.set(key, '1', { ttlMs: tombstoneMs })
}

const isRevoked = async (ctx: StorageContext, payload: Payload): Promise<boolean> =>
  payload.grantId !== undefined &&
  (await ctx.ephemeral.get(revokedKey(ctx, payload.grantId))) !== undefined

const seconds = (ctx: StorageContext): number => Math.floor(ctx.now().getTime() / 1000)
