/**
 * The same request twice (a wallet that lost the response) is answered with the same credentials, never with a second
 * set. The key is an HMAC of the token's id, the configuration and the proofs; the answer is kept sealed, for minutes.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '#kernel/context.ts'
import { replayTtlMs } from '../parameters.ts'

/** How long one request may be under way, and how often its twin looks. */
const underWayMs = 30_000
const lookEveryMs = 50
const lookTimes = 60

export const requestKey = (
  ctx: Context,
  tokenId: string,
  configurationId: string,
  proofs: readonly string[],
): string =>
  ctx.vault.lookup('issuer.request', JSON.stringify([tokenId, configurationId, ...proofs]))

/**
 * Runs `work` unless the same request was answered (then that answer) or is being answered (then its answer, waited
 * for at most 3 s). Undefined when a twin is under way and does not finish.
 */
export const once = async <T>(
  ctx: Context,
  key: string,
  work: () => Promise<T>,
): Promise<T | undefined> => {
  const before = await remembered<T>(ctx, key)
  if (before) return before
  const mine = await ctx.ephemeral.set(`vci-busy:${key}`, '1', {
    ttlMs: underWayMs,
    onlyIfAbsent: true,
  })
  if (!mine) return waitFor<T>(ctx, key)
  try {
    const answer = (await remembered<T>(ctx, key)) ?? (await work())
    const sealed = await ctx.vault.seal(place(key), JSON.stringify(answer))
    await ctx.ephemeral.set(`vci-answer:${key}`, sealed, { ttlMs: replayTtlMs })
    return answer
  } finally {
    await ctx.ephemeral.del(`vci-busy:${key}`)
  }
}

const waitFor = async <T>(ctx: Context, key: string): Promise<T | undefined> => {
  for (let look = 0; look < lookTimes; look++) {
    await sleep(lookEveryMs)
    const answer = await remembered<T>(ctx, key)
    if (answer) return answer
    if ((await ctx.ephemeral.get(`vci-busy:${key}`)) === undefined) return remembered<T>(ctx, key)
  }
  return undefined
}

const remembered = async <T>(ctx: Context, key: string): Promise<T | undefined> => {
  const sealed = await ctx.ephemeral.get(`vci-answer:${key}`)
  if (sealed === undefined) return undefined
  return JSON.parse((await ctx.vault.open(place(key), sealed)).toString('utf8')) as T
}

const place = (key: string) => ({ table: 'ephemeral', column: 'vci-answer', row: key })
