/** `/login/:uid`: the pages between a relying party's request and its answer. */
import { z } from 'zod'
import { type Incoming, type Reply, type Route, route } from '#kernel/http/http.ts'
import { page } from '#kernel/web/page.ts'
import { offeredFactors } from '../authentication/acr.ts'
import {
  checkCsrf,
  codeForm,
  csrfForm,
  identifierForm,
  passkeyForm,
  resume,
  type SignIn,
  type Step,
  sendAgain,
  takeCode,
  takeIdentifier,
  takePasskey,
  wantsJson,
} from '../authentication/steps.ts'
import { refuseConsent } from '../consent/consent.ts'
import type { IdpParts } from '../context.ts'
import { authenticationOptions } from '../passkeys/authenticate.ts'
import { idpProblem } from '../problems.ts'
import type { Engine } from '../provider/engine.ts'
import { type LoginInteraction, loadInteraction } from '../provider/interaction.ts'
import { consentFrom, consentPage } from './consent-page.ts'
import { errorPage } from './error-page.ts'
import { inLanguage } from './language.ts'

const params = z.object({ uid: z.string().regex(/^[\w-]{20,64}$/) })
const query = z.object({ start: z.string().max(1).optional() })
const consentForm = z
  .record(z.string().max(100), z.string().max(100))
  .and(z.object({ csrf: z.string().max(64), decision: z.enum(['share', 'refuse']) }))
const formBytes = 24 * 1024

type Params = z.infer<typeof params>
interface Turn {
  readonly incoming: Incoming
  readonly interaction: LoginInteraction
  readonly signIn: SignIn
}

export const interactionRoutes = (ctx: IdpParts, engine: Engine): readonly Route[] => {
  /** Every route: the interaction of this browser, in its language; or the page that says it is over. */
  const within = async (
    incoming: Incoming<Params>,
    act: (turn: Turn) => Promise<Reply>,
  ): Promise<Reply> => {
    const interaction = await loadInteraction(ctx, engine, incoming, incoming.params.uid)
    if (!interaction) {
      if (wantsJson(incoming)) throw idpProblem('sign-in.expired')
      return page(ctx, incoming, { ...errorPage('session_not_found'), status: 400 })
    }
    const spoken = inLanguage(ctx, incoming, interaction.uiLocales)
    return act({ incoming: spoken, interaction, signIn: signInOf(interaction, spoken.language) })
  }
  const posted = (
    incoming: Incoming<Params, unknown, { csrf: string }>,
    act: (turn: Turn) => Promise<Reply>,
  ) =>
    within(incoming, (turn) => {
      checkCsrf(ctx, turn.signIn.binding, incoming.body.csrf)
      return act(turn)
    })
  const form = <B extends z.ZodType>(path: string, summary: string, body: B) =>
    ({
      method: 'POST',
      path,
      summary,
      params,
      body,
      accepts: 'form',
      limitBytes: formBytes,
    }) as const

  return [
    route({
      method: 'GET',
      path: '/login/:uid',
      summary: 'The step that a login is at',
      params,
      query,
      handle: (incoming) =>
        within(incoming, (turn) => show(ctx, turn, { startAgain: incoming.query.start === '1' })),
    }),
    route({
      ...form('/login/:uid', 'Ask for a one-time code', identifierForm),
      handle: (incoming) =>
        posted(incoming, ({ signIn, incoming: spoken }) =>
          takeIdentifier(ctx, spoken, signIn, incoming.body.identifier),
        ),
    }),
    route({
      ...form('/login/:uid/again', 'Ask for another one-time code', csrfForm),
      handle: (incoming) =>
        posted(incoming, ({ signIn, incoming: spoken }) => sendAgain(ctx, spoken, signIn)),
    }),
    route({
      ...form('/login/:uid/code', 'Sign in by one-time code', codeForm),
      handle: (incoming) =>
        posted(incoming, (turn) => {
          // sent twice by an impatient hand: the first one counted
          if (turn.interaction.person) return show(ctx, turn, { startAgain: false })
          return takeCode(ctx, turn.incoming, turn.signIn, incoming.body.code).then((step) =>
            proceed(ctx, turn, step),
          )
        }),
    }),
    route({
      method: 'POST',
      path: '/login/:uid/passkey/options',
      summary: 'A WebAuthn challenge for this login',
      params,
      accepts: 'none',
      sameOrigin: true,
      handle: (incoming) =>
        within(incoming, async ({ signIn }) => ({
          json: await authenticationOptions(ctx, signIn.binding),
        })),
    }),
    route({
      ...form('/login/:uid/passkey', 'Sign in by passkey', passkeyForm),
      handle: (incoming) =>
        posted(incoming, async (turn) => {
          const { credential } = incoming.body
          return proceed(ctx, turn, await takePasskey(ctx, turn.incoming, turn.signIn, credential))
        }),
    }),
    route({
      ...form('/login/:uid/consent', 'Share claims, or refuse to', consentForm),
      handle: (incoming) =>
        within(incoming, (turn) => {
          checkCsrf(ctx, `${turn.signIn.binding} consent`, incoming.body.csrf)
          return decide(ctx, turn, incoming.body)
        }),
    }),
    route({
      ...form('/login/:uid/cancel', 'Go back to the relying party without signing in', csrfForm),
      handle: (incoming) =>
        posted(incoming, async ({ interaction }) => ({
          redirect: await interaction.fail(
            interaction.acr.essential ? 'unmet_authentication_requirements' : 'access_denied',
          ),
        })),
    }),
  ]
}

const show = (
  ctx: IdpParts,
  { incoming, interaction, signIn }: Turn,
  options: { readonly startAgain: boolean },
): Promise<Reply> => {
  const { person, askedClaims } = interaction
  return person
    ? consentPage(ctx, incoming, signIn, { person, claims: askedClaims })
    : resume(ctx, incoming, signIn, options)
}

/** Signed in: on to consent on this very answer, or back to the engine where nothing is to be asked. */
const proceed = async (ctx: IdpParts, turn: Turn, step: Step): Promise<Reply> => {
  if (step.reply) return step.reply
  const { interaction, incoming, signIn } = turn
  const { person } = step.authentication
  const [, ask] = await Promise.all([
    interaction.authenticated(step.authentication),
    interaction.needsConsent(person),
  ])
  if (!ask) return { redirect: await interaction.finish() }
  return consentPage(ctx, incoming, signIn, { person, claims: interaction.askedClaims })
}

const decide = async (
  ctx: IdpParts,
  { interaction }: Turn,
  form: Readonly<Record<string, string>>,
): Promise<Reply> => {
  const { person, client, askedClaims } = interaction
  if (!person) throw idpProblem('sign-in.required')
  if (form.decision === 'refuse') {
    await refuseConsent(ctx, person, client.client_id)
    return { redirect: await interaction.fail('access_denied') }
  }
  const given = consentFrom(askedClaims, interaction.askedScopes, form)
  return { redirect: await interaction.finish({ given, remember: form.remember === 'yes' }) }
}

const signInOf = (interaction: LoginInteraction, language: string): SignIn => {
  const { uid, client, acr, redirectOrigin } = interaction
  return {
    base: `/login/${uid}`,
    binding: uid,
    to: { client: client.client_id },
    factors: offeredFactors(acr),
    client: {
      name: client.names?.[language] ?? client.client_name,
      domain: client.domain,
      purpose: client.purpose?.[language],
    },
    cancellable: true,
    formActions: redirectOrigin === undefined ? [] : [redirectOrigin],
  }
}
