/** Guesses at passwords of staff: counted before the costly hash is made, so that guesses made at once are counted all. */
import type { Context } from '#kernel/context.ts'
import { network } from '#kernel/http/limit.ts'

export interface Guesser {
  /** As typed. */
  readonly id: string
  readonly ip: string
}
interface Counter {
  readonly key: string
  readonly max: number
  readonly windowMs: number
}
const minutes = 60_000

/** False: too many, then the right password is refused as well. */
export async function countTry(ctx: Context, guesser: Guesser): Promise<boolean> {
  const within = await Promise.all(
    Object.values(countersOf(ctx, guesser)).map(
      async ({ key, max, windowMs }) =>
        (await ctx.ephemeral.incrBy(key, 1, { ttlMs: windowMs })) <= max,
    ),
  )
  return within.every(Boolean)
}

/** After a success. The network's other failures stay: an account of one's own must not wash away guesses at others'. */
export async function forgiveTry(ctx: Context, guesser: Guesser): Promise<void> {
  const { pair, account, address } = countersOf(ctx, guesser)
  await ctx.ephemeral.del(pair.key, account.key)
  await ctx.ephemeral.incrBy(address.key, -1, { ttlMs: address.windowMs })
}

const countersOf = (ctx: Context, { id, ip }: Guesser) => {
  const from = network(ip)
  const counter = (name: string, about: string, max: number, windowMs: number): Counter => ({
    key: `staff-tries:${name}:${ctx.vault.lookup('staff-tries', `${name} ${about}`)}`,
    max,
    windowMs,
  })
  return {
    pair: counter('pair', `${id} ${from}`, 5, 10 * minutes),
    address: counter('address', from, 20, 10 * minutes),
    /** NIST SP 800-63B §5.2.2: at most a hundred failures in a row on one account, from wherever they come. */
    account: counter('account', id, 100, 24 * 60 * minutes),
  }
}
