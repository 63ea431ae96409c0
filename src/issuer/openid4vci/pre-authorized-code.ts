/**
 * Pre-authorized codes: kept under an HMAC, their content sealed, redeemed once. Five wrong transaction codes burn one;
 * a try is counted before it is judged, so that parallel guesses can not outrun the count.
 */
import { timingSafeEqual } from 'node:crypto'
import { record } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import { transaction } from '#kernel/db/db.ts'
import type { PersonId } from '#registry'
import { offerRedeemed, offerRefused } from '../events.ts'
import { offerTtlMs, txCodeTries } from '../parameters.ts'

export interface OfferedCode {
  readonly person: PersonId
  readonly configurationIds: readonly string[]
  /** HMAC of the transaction code. */
  readonly txCode: string
  /** Ephemeral key of the offer that carries the code; it ends with it. */
  readonly reference: string
}
export type Redemption =
  | {
      readonly outcome: 'redeemed'
      readonly person: PersonId
      readonly configurationIds: readonly string[]
    }
  | { readonly outcome: 'invalid' | 'wrong-tx-code' | 'tx-code-required' | 'tx-code-unexpected' }

/** Longer input is no code of ours. */
const maxCharacters = 128

/** Of any number of callers with one code and the right transaction code, one redeems. */
export const redeem = async (
  ctx: Context,
  code: string,
  txCode: string | undefined,
): Promise<Redemption> => {
  if (code.length > maxCharacters || (txCode?.length ?? 0) > maxCharacters) return invalid
  const key = codeKey(ctx, code)
  if ((await ctx.ephemeral.get(key)) === undefined) return invalid
  if (txCode === undefined) return { outcome: 'tx-code-required' }
  const tries = await ctx.ephemeral.incrBy(`${key}:tries`, 1, { ttlMs: offerTtlMs })
  if (tries > txCodeTries) return invalid
  const sealed = await ctx.ephemeral.get(key)
  if (sealed === undefined) return invalid
  const offered = await openCode(ctx, key, sealed)
  if (!isEqual(txCodeDigest(ctx, key, txCode), offered.txCode))
    return refuseTry(ctx, key, offered, tries === txCodeTries)
  const mine = await ctx.ephemeral.getdel(key)
  if (mine === undefined) return invalid
  await ctx.ephemeral.del(offered.reference, `${key}:tries`)
  const { person, configurationIds } = offered
  await transaction(ctx, (tx) => record(ctx, tx, offerRedeemed(person, configurationIds)))
  return { outcome: 'redeemed', person, configurationIds }
}

export const codeKey = (ctx: Context, code: string): string =>
  `pre-authorized-code:${ctx.vault.lookup('issuer.pre-authorized-code', code)}`

/** Bound to its code: the same six digits give another digest in another offer. */
export const txCodeDigest = (ctx: Context, key: string, txCode: string): string =>
  ctx.vault.lookup('issuer.tx-code', `${key} ${txCode}`)

export const sealCode = (ctx: Context, key: string, offered: OfferedCode): Promise<string> =>
  ctx.vault.seal(place(key), JSON.stringify(offered))

const openCode = async (ctx: Context, key: string, sealed: string): Promise<OfferedCode> =>
  JSON.parse((await ctx.vault.open(place(key), sealed)).toString('utf8')) as OfferedCode

const refuseTry = async (
  ctx: Context,
  key: string,
  offered: OfferedCode,
  burned: boolean,
): Promise<Redemption> => {
  if (burned) await ctx.ephemeral.del(key, offered.reference)
  await transaction(ctx, (tx) => record(ctx, tx, offerRefused(offered.person, burned)))
  return { outcome: 'wrong-tx-code' }
}

const invalid = { outcome: 'invalid' } as const
const place = (key: string) => ({ table: 'ephemeral', column: 'pre-authorized-code', row: key })
const isEqual = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
