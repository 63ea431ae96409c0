/**
 * VID: a number that stands in for the UIN and can be thrown away. Kinds and policies are the country pack's, in MOSIP's
 * words (mosip-lifecycle §1.6): how long it lives, how many transactions it serves, how many a person may hold, and
 * whether a new one pushes out the oldest (`autoRestoreAllowed`).
 */
import { type Actor, record } from '#kernel/audit/audit.ts'
import type { VidPolicy } from '#kernel/config/country.ts'
import type { Context } from '#kernel/context.ts'
import { type Reader, type Tx, transaction } from '#kernel/db/db.ts'
import { drawVid, isVid, type Vid } from './identifiers.ts'
import { problem } from './problems.ts'
import * as store from './store.ts'

export interface VidView {
  readonly vid: Vid
  readonly type: string
  readonly status: store.VidStatus | 'EXPIRED'
  readonly createdAt: Date
  readonly expiresAt?: Date
  readonly transactionsLeft?: number
}

/** Collisions in a row before we call the space full: with 10^13 VIDs even one is an event. */
const COLLISIONS_MAX = 20

/** Problems: `vid.type-unknown`, `vid.too-many`. */
export const createVid = (ctx: Context, person: string, type: string, actor: Actor): Promise<Vid> =>
  transaction(ctx, (tx) => issueVid(ctx, tx, person, type, actor))

/** As `createVid`, in the caller's transaction. */
export async function issueVid(
  ctx: Context,
  tx: Tx,
  person: string,
  type: string,
  actor: Actor,
): Promise<Vid> {
  const policy = policyOf(ctx, type)
  await store.lockVids(tx, person)
  const held = await store.usableVids(tx, person, type, ctx.now().getTime())
  const surplus = held.length - policy.instancesAllowed + 1
  if (surplus > 0 && !policy.autoRestoreAllowed) throw problem('vid.too-many')
  for (const oldest of held.slice(0, Math.max(0, surplus)))
    await store.markRevoked(tx, oldest.lookup)
  for (let collision = 0; collision < COLLISIONS_MAX; collision++) {
    const vid = drawVid(ctx.random)
    if (await claimVid(ctx, tx, person, policy, vid)) {
      await record(ctx, tx, { kind: 'vid.created', person, actor, content: { type } })
      return vid
    }
  }
  throw problem('vid.too-many')
}

/** Takes a given number (an import, the sandbox) for a person; false when somebody has it. */
export const importVid = (
  ctx: Context,
  tx: Tx,
  person: string,
  type: string,
  vid: Vid,
): Promise<boolean> => claimVid(ctx, tx, person, policyOf(ctx, type), vid)

export async function listVids(ctx: Context, person: string): Promise<readonly VidView[]> {
  const found = await store.vidsOf(ctx.db, person)
  return Promise.all(found.map((vid) => view(ctx, vid)))
}

/** False when it is not this person's, or not active any more. */
export const revokeVid = (ctx: Context, person: string, vid: Vid, actor: Actor): Promise<boolean> =>
  transaction(ctx, async (tx) => {
    const lookup = lookupOf(ctx, vid)
    const found = await store.vidByLookup(tx, lookup)
    if (found?.person !== person || !(await store.markRevoked(tx, lookup))) return false
    await record(ctx, tx, {
      kind: 'vid.revoked',
      person,
      actor,
      content: { type: found.type, lastDigits: vid.slice(-4) },
    })
    return true
  })

/** Whose it is, when it is active, unexpired and unspent. */
export async function personOfVid(
  ctx: Context,
  on: Reader,
  text: string,
): Promise<string | undefined> {
  if (!isVid(text)) return undefined
  const found = await store.vidByLookup(on, lookupOf(ctx, text))
  return found !== undefined && statusOf(ctx, found) === 'ACTIVE' ? found.person : undefined
}

/** Counts one transaction; false when the VID was spent, expired or revoked meanwhile. */
export const spendVid = (ctx: Context, tx: Tx, vid: Vid): Promise<boolean> =>
  store.spendVid(tx, lookupOf(ctx, vid), ctx.now().getTime())

const lookupOf = (ctx: Context, vid: string): string => ctx.vault.lookup('vid', vid)

function policyOf(ctx: Context, type: string): VidPolicy {
  const policy = ctx.country.vidTypes.find((candidate) => candidate.type === type)
  if (policy === undefined) throw problem('vid.type-unknown')
  return policy
}

async function claimVid(
  ctx: Context,
  tx: Tx,
  person: string,
  policy: VidPolicy,
  vid: Vid,
): Promise<boolean> {
  const now = ctx.now().getTime()
  const lookup = lookupOf(ctx, vid)
  const minutes = policy.validForMinutes
  return store.insertVid(tx, {
    lookup,
    person,
    type: policy.type,
    status: 'ACTIVE',
    sealed: await ctx.vault.seal({ table: 'vid', column: 'sealed', row: lookup }, vid),
    created_at: now,
    expires_at: minutes === undefined ? null : now + minutes * 60_000,
    transactions_left: policy.transactionsAllowed ?? null,
  })
}

const statusOf = (ctx: Context, vid: store.VidRow): VidView['status'] =>
  vid.status === 'ACTIVE' && vid.expires_at !== null && vid.expires_at <= ctx.now().getTime()
    ? 'EXPIRED'
    : vid.status

async function view(ctx: Context, vid: store.VidRow): Promise<VidView> {
  const place = { table: 'vid', column: 'sealed', row: vid.lookup }
  return {
    vid: (await ctx.vault.open(place, vid.sealed)).toString() as Vid,
    type: vid.type,
    status: statusOf(ctx, vid),
    createdAt: new Date(vid.created_at),
    ...(vid.expires_at === null ? {} : { expiresAt: new Date(vid.expires_at) }),
    ...(vid.transactions_left === null ? {} : { transactionsLeft: vid.transactions_left }),
  }
}
