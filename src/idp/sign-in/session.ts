/** The resident's session at "my identity": an id in a cookie, everything else sealed in the ephemeral store under its HMAC. */

import type { Incoming, Reply } from '#kernel/http/http.ts'
import { isActive } from '#registry'
import type { Authentication, IdpParts } from '../context.ts'
import type { ResidentSession } from '../index.ts'
import { ttl } from '../parameters.ts'

type Cookie = NonNullable<Reply['cookies']>[number]

export const sessionCookie = 'plinth_resident'
const idleMs = ttl.sessionIdle * 1000
const totalMs = ttl.sessionTotal * 1000

interface Stored extends Authentication {
  /** Milliseconds since 1970. */
  readonly at: number
}

/** A fresh id for each sign-in: one that was planted before is worth nothing after. */
export const openSession = async (
  ctx: IdpParts,
  authentication: Authentication,
): Promise<Cookie> => {
  const id = ctx.random(32).toString('base64url')
  const key = keyOf(ctx, id)
  const stored: Stored = { ...authentication, at: ctx.now().getTime() }
  await ctx.ephemeral.set(key, ctx.sealer.seal(key, JSON.stringify(stored)), { ttlMs: idleMs })
  return { name: sessionCookie, value: id, path: '/', sameSite: 'lax' }
}

/** Undefined for a stranger, after 15 idle minutes, after 12 hours, and for who is no longer active. */
export const residentOf = async (
  ctx: IdpParts,
  incoming: Incoming,
): Promise<(ResidentSession & { readonly id: string }) | undefined> => {
  const id = incoming.cookies.get(sessionCookie)
  if (id === undefined || !/^[\w-]{43}$/.test(id)) return undefined
  const key = keyOf(ctx, id)
  const sealed = await ctx.ephemeral.get(key)
  const plaintext = sealed === undefined ? undefined : ctx.sealer.open(key, sealed)
  if (plaintext === undefined) return undefined
  const { person, acr, amr, at } = JSON.parse(plaintext) as Stored
  const left = at + totalMs - ctx.now().getTime()
  if (left <= 0 || !(await isActive(ctx, person))) {
    await ctx.ephemeral.del(key)
    return undefined
  }
  await ctx.ephemeral.expire(key, Math.min(idleMs, left))
  const csrf = ctx.vault.lookup('idp.resident-csrf', id)
  return { id, person, acr, amr, at: new Date(at), csrf }
}

export const closeSession = async (ctx: IdpParts, id: string): Promise<Cookie> => {
  await ctx.ephemeral.del(keyOf(ctx, id))
  return { name: sessionCookie, value: undefined, path: '/' }
}

const keyOf = (ctx: IdpParts, id: string): string =>
  `idp:resident:${ctx.vault.lookup('idp.resident', id)}`
