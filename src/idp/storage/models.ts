/**
 * What the OpenID engine stores, without the engine: the contract of its adapter, with the guarantees that the engine
 * leaves out. Its one-time checks are find, look, consume; ours are atomic in the store, so that of any number of
 * parallel callers one is first (decision 0009).
 */
import type { Context } from '#kernel/context.ts'
import type { Sealer } from './sealed.ts'

/** The engine's payload; only the members that storage looks at. */
export interface Payload {
  readonly jti?: string
  readonly uid?: string
  readonly grantId?: string
  readonly accountId?: string
  readonly clientId?: string
  /** Seconds since 1970; put in by `find`. */
  readonly consumed?: number
  readonly [member: string]: unknown
}
export interface ModelStore {
  save(id: string, payload: Payload, ttlSeconds: number): Promise<void>
  /** False when it is there already. For what may be seen once (`ReplayDetection`). */
  insert(id: string, payload: Payload, ttlSeconds: number): Promise<boolean>
  find(id: string): Promise<Payload | undefined>
  findByUid(uid: string): Promise<Payload | undefined>
  /** Atomic: of any number of callers one is `first`. */
  consume(id: string): Promise<'first' | 'again'>
  destroy(id: string): Promise<void>
  /** Nothing of this grant is found any more, not even what is saved afterwards. */
  revokeGrant(grantId: string): Promise<void>
}
export interface StorageContext extends Context {
  readonly sealer: Sealer
  /** Called when a stored value does not open. */
  readonly onAltered: (model: string) => void
}

/** Bearer values are never stored: their HMAC is the key. */
export const hashOf = (ctx: Pick<Context, 'vault'>, model: string, id: string): string =>
  ctx.vault.lookup(`oidc.${model}`, id)

/** `jti` repeats the bearer value, so it is taken out here and put back by `opened`. */
export const closed = (
  ctx: StorageContext,
  place: string,
  { jti: _, consumed: __, ...payload }: Payload,
): string => ctx.sealer.seal(place, JSON.stringify(payload))

export const opened = (
  ctx: StorageContext,
  model: string,
  place: string,
  sealed: string,
): Payload | undefined => {
  const plaintext = ctx.sealer.open(place, sealed)
  if (plaintext === undefined) {
    ctx.onAltered(model)
    return undefined
  }
  return JSON.parse(plaintext) as Payload
}

/** Ephemeral mark of a revoked grant; outlives every token that could still name it. */
export const revokedKey = (ctx: Pick<Context, 'vault'>, grantId: string): string =>
  revokedKeyOfHash(hashOf(ctx, 'Grant', grantId))
export const revokedKeyOfHash = (grantHash: string): string => `oidc:revoked:${grantHash}`
