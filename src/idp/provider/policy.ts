/**
 * When the engine asks the person something. The engine's own policy takes `acr_values` as advice and lets a weaker
 * session pass (reference: OIDC Core §3.1.2.1 only says "voluntary"); ours steps the session up.
 */
import { errors, interactionPolicy, type KoaContextWithOIDC } from 'oidc-provider'
import { type AcrRequest, acrRequestOf, offeredFactors, satisfies } from '../authentication/acr.ts'

const { Check, base } = interactionPolicy

export const policy = (): interactionPolicy.DefaultPolicy => {
  const prompts = base()
  const login = prompts.get('login')
  login?.checks.add(
    new Check('acr_unattainable', 'no way to sign in answers the request', (ctx) => {
      // OpenID Connect Core Unmet Authentication Requirements 1.0 §2
      if (offeredFactors(requestOf(ctx)).length > 0) return Check.NO_NEED_TO_PROMPT
      throw new errors.UnmetAuthenticationRequirements(
        'none of the essential acr values is offered',
      )
    }),
    0,
  )
  login?.checks.add(
    new Check('acr_unmet', 'the session is weaker than the requested acr_values', (ctx) => {
      const answered = ctx.oidc.result?.login !== undefined
      return !answered && ctx.oidc.session?.accountId && !satisfies(ctx.oidc.acr, requestOf(ctx))
        ? Check.REQUEST_PROMPT
        : Check.NO_NEED_TO_PROMPT
    }),
  )
  return prompts
}

const requestOf = (ctx: KoaContextWithOIDC): AcrRequest => acrRequestOf(ctx.oidc.params ?? {})
