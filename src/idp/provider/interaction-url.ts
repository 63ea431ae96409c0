/** Where the engine sends the browser, and the moment a pushed request is bound to it. */
import { errors, type Interaction, type KoaContextWithOIDC } from 'oidc-provider'
import type { IdpParts } from '../context.ts'
import { ttl } from '../parameters.ts'

/**
 * The engine consumes a pushed request only when the login ends, so that one `request_uri` could be opened in two
 * browsers. It belongs to the first that opens it (RFC 9126 §7.3).
 */
export const interactionUrl =
  (ctx: IdpParts) =>
  async (engine: KoaContextWithOIDC, interaction: Interaction): Promise<string> => {
    const pushed = engine.oidc.entities.PushedAuthorizationRequest
    if (pushed && engine.oidc.route === 'authorization') {
      const key = `idp:par-opened:${ctx.vault.lookup('idp.par', pushed.jti)}`
      const lifeMs = (ttl.pushedAuthorizationRequest + 60) * 1000
      if (!(await ctx.ephemeral.set(key, '1', { ttlMs: lifeMs, onlyIfAbsent: true }))) {
        throw new errors.InvalidRequestUri('request_uri is invalid, expired, or was already used')
      }
    }
    return `/login/${interaction.uid}`
  }
