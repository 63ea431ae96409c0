/** One stop of a login at our pages, without the engine's types: who asks, what for, and how it goes on. */
import { errors, type Interaction } from 'oidc-provider'
import type { Incoming } from '#kernel/http/http.ts'
import type { PersonId } from '#registry'
import { type AcrRequest, acrRequestOf } from '../authentication/acr.ts'
import type { RegisteredClient } from '../clients/metadata.ts'
import { type Consent, covers, giveConsent, rememberedConsent } from '../consent/consent.ts'
import type { Authentication, IdpParts } from '../context.ts'
import { joining } from '../storage/joined.ts'
import { type AskedClaim, askedClaims, knownScopes } from './claims.ts'
import type { Engine } from './engine.ts'
import { askedOf, newGrant } from './grant.ts'

export interface LoginInteraction {
  readonly uid: string
  readonly prompt: string
  readonly client: RegisteredClient
  readonly acr: AcrRequest
  readonly uiLocales: string | undefined
  readonly askedScopes: readonly string[]
  readonly askedClaims: readonly AskedClaim[]
  /** Who is known by now: proven here, or by the session that asks only for consent. */
  readonly person: PersonId | undefined
  /** Where the browser goes when all is done; pages that post to us must allow its origin. */
  readonly redirectOrigin: string | undefined
  /** Keeps who was proven; the login can go on to consent without another request. */
  authenticated(authentication: Authentication): Promise<void>
  /** Whether the person must be asked. */
  needsConsent(person: PersonId): Promise<boolean>
  /** Address to send the browser to. */
  finish(consent?: { readonly given: Consent; readonly remember: boolean }): Promise<string>
  /** Back to the client with an OAuth error. */
  fail(error: 'access_denied' | 'unmet_authentication_requirements'): Promise<string>
}

/** Undefined: the interaction is over, of another browser, or never was. */
export const loadInteraction = async (
  ctx: IdpParts,
  engine: Engine,
  incoming: Incoming,
  uid: string,
): Promise<LoginInteraction | undefined> => {
  const { req, res } = incoming.raw
  const details = await engine
    .current()
    .interactionDetails(req, res)
    .catch((error: unknown) => {
      if (error instanceof errors.SessionNotFound) return undefined
      throw error
    })
  if (!details || details.uid !== uid) return undefined
  const client = await ctx.clients.find(String(details.params.client_id))
  return client && describe(ctx, engine, details, client)
}

const describe = (
  ctx: IdpParts,
  engine: Engine,
  details: Interaction,
  client: RegisteredClient,
): LoginInteraction => {
  const { params } = details
  const person = () =>
    (details.result?.login?.accountId ?? sessionPerson(details)) as PersonId | undefined
  const persist = async (): Promise<string> => {
    await details.persist()
    return details.returnTo
  }
  return {
    uid: details.uid,
    prompt: details.prompt.name,
    client,
    acr: acrRequestOf(params),
    uiLocales: text(params.ui_locales),
    askedScopes: knownScopes(ctx.claims, params.scope),
    askedClaims: askedClaims(ctx.claims, client, params),
    person: person(),
    redirectOrigin: originOf(params.redirect_uri),
    authenticated: async ({ person: accountId, acr, amr }) => {
      details.result = {
        ...details.lastSubmission,
        login: { accountId, acr, amr: [...amr], remember: false },
      }
      await details.persist()
    },
    needsConsent: async (someone) => {
      // OIDC Core §3.1.2.1: `prompt=consent` asks even what is remembered
      if (text(params.prompt)?.split(' ').includes('consent')) return true
      const remembered = await rememberedConsent(ctx, someone, client.client_id)
      return !covers(remembered, askedOf(ctx, client, params))
    },
    finish: async (consent) => {
      const accountId = person()
      if (consent && accountId) {
        const { given, remember } = consent
        const grant = newGrant(ctx, engine.current(), accountId, client, given)
        await giveConsent(ctx, accountId, client.client_id, given, {
          remember,
          within: (tx) => joining(tx, () => grant.save()),
        })
        const answers = { ...details.lastSubmission, ...details.result }
        details.result = { ...answers, consent: { grantId: grant.jti } }
      }
      return persist()
    },
    fail: (error) => {
      details.result = { error, error_description: descriptions[error] }
      return persist()
    },
  }
}

/** A session counts where the engine asks for nothing but consent. */
const sessionPerson = (details: Interaction): string | undefined =>
  details.prompt.name === 'consent' ? details.session?.accountId : undefined

const descriptions = {
  access_denied: 'the person cancelled',
  unmet_authentication_requirements: 'the person could not sign in as requested',
} as const

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const originOf = (value: unknown): string | undefined =>
  typeof value === 'string' && URL.canParse(value) ? new URL(value).origin : undefined
