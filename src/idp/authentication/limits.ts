/** Counters before work: who asks too often is told so before anything is looked up. Keys hold HMACs only. */
import type { Context } from '#kernel/context.ts'
import { network } from '#kernel/http/limit.ts'
import { limitScale, limits } from '../parameters.ts'

export interface Asker {
  readonly ip: string
  /** As typed. */
  readonly identifier: string
}

/** Counts an attempt to sign in. False: too many. */
export const allowSignIn = (ctx: Context, { ip, identifier }: Asker): Promise<boolean> =>
  allow(ctx, [
    [limits.signInsPerIp, 'ip', network(ip)],
    [limits.signInsPerIdentifierAndIp, 'pair', `${plain(identifier)} ${network(ip)}`],
  ])

/** Counts a code to be sent, whether or not the identifier is anybody's. False: too many. */
export const allowCode = (ctx: Context, { ip, identifier }: Asker): Promise<boolean> =>
  allow(ctx, [
    [limits.codesPerIp, 'code-ip', network(ip)],
    [limits.codesPerIdentifier, 'code', plain(identifier)],
    [limits.codesPerIdentifierPerDay, 'code-day', plain(identifier)],
  ])

/** Counts a code that was typed, over all sign-ins with this number. False: too many. */
export const allowTry = (ctx: Context, identifier: string): Promise<boolean> =>
  allow(ctx, [[limits.triesPerIdentifierPerDay, 'try-day', plain(identifier)]])

/** Digits alone: spaces and dashes do not make another number. */
export const plain = (identifier: string): string => identifier.replace(/[\s-]/g, '')

type Counter = readonly [limit: { max: number; windowMs: number }, name: string, about: string]

const allow = async (ctx: Context, counters: readonly Counter[]): Promise<boolean> => {
  const scale = limitScale[ctx.config.profile]
  const within = await Promise.all(
    counters.map(async ([{ max, windowMs }, name, about]) => {
      const key = `idp:limit:${name}:${ctx.vault.lookup('idp.limit', `${name} ${about}`)}`
      return (await ctx.ephemeral.incrBy(key, 1, { ttlMs: windowMs })) <= max * scale
    }),
  )
  return within.every(Boolean)
}
