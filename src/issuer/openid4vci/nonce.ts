/** `c_nonce` (OpenID4VCI 1.0 §7): unguessable, lives five minutes, works once. */
import type { Context } from '#kernel/context.ts'
import { limit, network } from '#kernel/http/limit.ts'
import { noncesPerMinute, nonceTtlMs } from '../parameters.ts'

const nonceBytes = 32

/** Problem `http.too-many-requests`: the endpoint is open to everybody. */
export const mintNonce = async (ctx: Context, ip: string): Promise<string> => {
  const caller = ctx.vault.lookup('issuer.client-address', network(ip))
  await limit(ctx, 'c-nonce', caller, { max: noncesPerMinute, windowMs: 60_000 })
  const nonce = ctx.random(nonceBytes).toString('base64url')
  await ctx.ephemeral.set(nonceKey(ctx, nonce), '1', { ttlMs: nonceTtlMs })
  return nonce
}

/** Of any number of callers with one nonce, one is told true. Every nonce is spent, whatever the others were. */
export const spendNonces = async (ctx: Context, nonces: readonly string[]): Promise<boolean> => {
  const spent = await Promise.all(nonces.map((nonce) => ctx.ephemeral.getdel(nonceKey(ctx, nonce))))
  return spent.every((value) => value !== undefined)
}

const nonceKey = (ctx: Context, nonce: string): string =>
  `c-nonce:${ctx.vault.lookup('issuer.c-nonce', nonce)}`
