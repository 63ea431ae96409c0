/** Who works here: operators, adjudicators, administrators, and the public keys that operators sign packets with. */
import type { Context } from '#kernel/context.ts'
import { type Tx, transaction } from '#kernel/db/db.ts'
import type { Incoming } from '#kernel/http/http.ts'
import { hashPassword, passwordMatches } from './password.ts'
import { problem } from './problems.ts'
import { SESSION_COOKIE, sessionStaffId } from './session.ts'
import * as store from './store.ts'

export const staffRoles = ['operator', 'adjudicator', 'administrator'] as const
export type StaffRole = (typeof staffRoles)[number]
export interface StaffMember {
  readonly id: string
  readonly name: string
  readonly roles: readonly StaffRole[]
}

/** From the session cookie or `Authorization: Bearer`; undefined for a stranger. */
export async function staffOf(ctx: Context, incoming: Incoming): Promise<StaffMember | undefined> {
  const bearer = /^Bearer ([\w.~+/=-]{20,200})$/.exec(incoming.headers.authorization ?? '')?.[1]
  if (bearer !== undefined) {
    return member(ctx, await store.staffByToken(ctx.db, tokenLookup(ctx, bearer)))
  }
  const id = await sessionStaffId(ctx, incoming.cookies.get(SESSION_COOKIE))
  return id === undefined ? undefined : member(ctx, await store.staffById(ctx.db, id))
}

/** Problems: `staff.unauthenticated` (401), `staff.forbidden` (403). */
export async function requireStaff(
  ctx: Context,
  incoming: Incoming,
  role: StaffRole,
): Promise<StaffMember> {
  const found = await staffOf(ctx, incoming)
  if (found === undefined) throw problem('staff.unauthenticated')
  if (!found.roles.includes(role)) throw problem('staff.forbidden')
  return found
}

/** Undefined for a wrong password and for an unknown id, in the same time. */
export async function checkPassword(
  ctx: Context,
  id: string,
  password: string,
): Promise<StaffMember | undefined> {
  const found = await store.staffById(ctx.db, id)
  const right = await passwordMatches(password, found?.password ?? undefined)
  return right ? member(ctx, found) : undefined
}

export interface NewStaff {
  readonly id: string
  readonly name: string
  readonly roles: readonly StaffRole[]
  readonly password?: string
  /** Of `hashPassword`, where the password was hashed before. */
  readonly passwordHash?: string
  /** At least 128 bits of randomness. */
  readonly token?: string
}

/** False when the id is taken. */
export async function addStaff(ctx: Context, staff: NewStaff): Promise<boolean> {
  if ((await store.staffById(ctx.db, staff.id)) !== undefined) return false
  const { passwordHash, password: plain } = staff
  const password =
    passwordHash ?? (plain === undefined ? null : await hashPassword(plain, ctx.random(16)))
  const place = { table: 'staff', column: 'name_sealed', row: staff.id }
  const row: store.StaffRow = {
    id: staff.id,
    name_sealed: await ctx.vault.seal(place, staff.name),
    roles: staff.roles.join(','),
    password,
    token_lookup: staff.token === undefined ? null : tokenLookup(ctx, staff.token),
    active: 1,
  }
  return transaction(ctx, (tx) => store.insertStaff(tx, row))
}

export interface OperatorKey {
  readonly operator: string
  readonly jwk: Readonly<Record<string, string>>
}

/** Undefined when the key is unknown or revoked. */
export async function operatorKey(ctx: Context, kid: string): Promise<OperatorKey | undefined> {
  const found = await store.operatorKeyByKid(ctx.db, kid)
  if (found === undefined || found.revoked_at !== null) return undefined
  return { operator: found.operator, jwk: JSON.parse(found.jwk) as Record<string, string> }
}

/** Only the public members of `jwk` are kept. False when the kid is known. */
export const addOperatorKey = (
  ctx: Context,
  tx: Tx,
  operator: string,
  jwk: { readonly kid: string; readonly crv: string; readonly x: string; readonly y: string },
): Promise<boolean> =>
  store.insertOperatorKey(tx, {
    kid: jwk.kid,
    operator,
    jwk: JSON.stringify({
      kty: 'EC',
      crv: jwk.crv,
      x: jwk.x,
      y: jwk.y,
      alg: 'ES256',
      kid: jwk.kid,
    }),
    added_at: ctx.now().getTime(),
    revoked_at: null,
  })

export const revokeOperatorKey = (ctx: Context, tx: Tx, kid: string): Promise<boolean> =>
  store.markKeyRevoked(tx, kid, ctx.now().getTime())

const tokenLookup = (ctx: Context, token: string): string => ctx.vault.lookup('staff-token', token)

async function member(
  ctx: Context,
  found: store.StaffRow | undefined,
): Promise<StaffMember | undefined> {
  if (found === undefined) return undefined
  const place = { table: 'staff', column: 'name_sealed', row: found.id }
  return {
    id: found.id,
    name: (await ctx.vault.open(place, found.name_sealed)).toString(),
    roles: staffRoles.filter((role) => found.roles.split(',').includes(role)),
  }
}
