/** Sessions of staff: an opaque cookie; what is kept lives in Ephemeral under its HMAC. */
import type { Context } from '#kernel/context.ts'
import type { Reply } from '#kernel/http/http.ts'

export const SESSION_COOKIE = 'plinth_staff'
const IDLE_MS = 30 * 60_000
const TOTAL_MS = 12 * 3_600_000

export async function openSession(
  ctx: Context,
  staffId: string,
): Promise<NonNullable<Reply['cookies']>> {
  const value = ctx.random(32).toString('base64url')
  const session = JSON.stringify({ staffId, until: ctx.now().getTime() + TOTAL_MS })
  await ctx.ephemeral.set(keyOf(ctx, value), session, { ttlMs: IDLE_MS })
  return [{ name: SESSION_COOKIE, value, sameSite: 'lax' }]
}

/** Undefined when there is none or it ran out; otherwise its idle time starts anew. */
export async function sessionStaffId(
  ctx: Context,
  cookie: string | undefined,
): Promise<string | undefined> {
  if (cookie === undefined || !/^[\w-]{43}$/.test(cookie)) return undefined
  const key = keyOf(ctx, cookie)
  const stored = await ctx.ephemeral.get(key)
  if (stored === undefined) return undefined
  const { staffId, until } = JSON.parse(stored) as { staffId: string; until: number }
  const left = until - ctx.now().getTime()
  if (left <= 0) return undefined
  await ctx.ephemeral.expire(key, Math.min(IDLE_MS, left))
  return staffId
}

export async function closeSession(
  ctx: Context,
  cookie: string | undefined,
): Promise<NonNullable<Reply['cookies']>> {
  if (cookie !== undefined) await ctx.ephemeral.del(keyOf(ctx, cookie))
  return [{ name: SESSION_COOKIE, value: undefined }]
}

const keyOf = (ctx: Context, cookie: string): string =>
  `staff-session:${ctx.vault.lookup('staff-session', cookie)}`
