/** The engine, built anew whenever keys change. The only folder that knows oidc-provider; it is configured, never forked. */
import { createHash } from 'node:crypto'
import { type JWK, Provider } from 'oidc-provider'
import type { RegisteredClient } from '../clients/metadata.ts'
import type { IdpParts } from '../context.ts'
import type { PreAuthorizedCodes } from '../index.ts'
import { AlreadyUsed } from './adapter.ts'
import { nameAnonymousWallets } from './anonymous-wallet.ts'
import { configuration, paths } from './configuration.ts'
import { registerPreAuthorizedCode } from './pre-authorized-code.ts'

export const buildProvider = (
  ctx: IdpParts,
  keys: readonly JWK[],
  codes: PreAuthorizedCodes,
): Provider => {
  const provider = new Provider(ctx.config.server.publicUrl, configuration(ctx, keys))
  // host and scheme come from our own configuration, by headers that `mount.ts` sets itself
  provider.proxy = true
  provider.silent = true
  provider.use(nameAnonymousWallets(paths.token))
  registerPreAuthorizedCode(ctx, provider, codes)
  makeReplayDetectionAtomic(ctx, provider)
  keepClients(ctx, provider)
  provider.on('server_error', (engine, error) => {
    ctx.log.error({ route: engine.oidc.route, ...faultOf(error) }, 'engine failed')
  })
  return provider
}

/**
 * The engine looks whether a `jti` was seen and writes it afterwards. Here writing is the look: our storage inserts
 * only, and of any number of parallel requests one inserts.
 */
const makeReplayDetectionAtomic = (ctx: IdpParts, provider: Provider): void => {
  const { ReplayDetection } = provider
  ReplayDetection.unique = async (issuer, jti, exp) => {
    const now = Math.floor(ctx.now().getTime() / 1000)
    const id = createHash('sha256').update(`${issuer}\0${jti}`).digest('base64url')
    try {
      await ReplayDetection.adapter.upsert(id, { jti: id }, exp - now)
      return true
    } catch (error) {
      if (error instanceof AlreadyUsed) return false
      throw error
    }
  }
}

/**
 * The engine keeps a hundred clients, found by a hash over all their metadata, and builds any other anew, keys included, at
 * each of the seven times that a login asks for it. Here a model lives as long as the registration it was made from.
 */
const keepClients = (ctx: IdpParts, provider: Provider): void => {
  const { Client } = provider
  const build = Client.find.bind(Client)
  const models = new WeakMap<RegisteredClient, Awaited<ReturnType<typeof build>>>()
  Client.find = async (id: unknown) => {
    // also the `aud` of an id_token_hint, read before anybody checked that token
    if (typeof id !== 'string') return undefined
    const registered = await ctx.clients.find(id)
    const kept = registered && models.get(registered)
    if (kept) return kept
    const model = await build(id)
    if (registered && model) models.set(registered, model)
    return model
  }
}

/** Name and place; never the message, which may quote a value. */
const faultOf = (error: Error): Record<string, unknown> => ({
  error: error.name,
  at: (error.stack ?? '')
    .split('\n')
    .filter((line) => line.includes(' at '))
    .slice(0, 8),
})
