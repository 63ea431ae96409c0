/** Rate limits: at most so many in a window, counted where all processes see it. */
import type { Context } from '../context.ts'
import { httpProblem } from './problems.ts'

/**
 * Counts one act. `keyHash` is an HMAC of who acts (`vault.lookup`), never the address or number itself. A fixed window:
 * at most `2 * max` pass in any `windowMs`. Problem `http.too-many-requests` with `retryAfterSeconds`, which the edge
 * also sends as Retry-After (RFC 9110 §10.2.3). A counter that can not be reached throws: the caller refuses.
 */
export async function limit(
  ctx: Pick<Context, 'ephemeral' | 'now'>,
  name: string,
  keyHash: string,
  { max, windowMs }: { readonly max: number; readonly windowMs: number },
): Promise<void> {
  const now = ctx.now().getTime()
  const window = Math.floor(now / windowMs)
  const key = `limit:${name}:${keyHash}:${window}`
  const count = await ctx.ephemeral.incrBy(key, 1, { ttlMs: windowMs })
  if (count <= max) return
  const retryAfterSeconds = Math.max(1, Math.ceil(((window + 1) * windowMs - now) / 1000))
  throw httpProblem('http.too-many-requests', { detail: { retryAfterSeconds } })
}

/**
 * Whom an address stands for: an IPv6 subscriber has a /64 at least (RFC 6177 §2) and could come from another address of
 * it each time. IPv4 addresses, also those written in IPv6 (`::ffff:192.0.2.7`), as they are.
 */
export function network(address: string): string {
  if (!address.includes(':') || address.includes('.')) return address
  const [left = [], right = []] = address.split('::').map((side) => side.split(':').filter(Boolean))
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0')
  return [...left, ...zeros, ...right].slice(0, 4).join(':')
}
