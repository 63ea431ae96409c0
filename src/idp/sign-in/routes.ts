/** `/sign-in`: residents at "my identity", and the passkeys that they add there. */
import { timingSafeEqual } from 'node:crypto'
import type { RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { type Incoming, type Reply, type Route, route } from '#kernel/http/http.ts'
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
} from '../authentication/steps.ts'
import type { IdpParts } from '../context.ts'
import { passkey as passkeyBounds } from '../parameters.ts'
import { authenticationOptions } from '../passkeys/authenticate.ts'
import { registerPasskey, registrationOptions } from '../passkeys/register.ts'
import { idpProblem } from '../problems.ts'
import { closeSession, openSession, residentOf } from './session.ts'
import {
  newTransaction,
  type SignInTransaction,
  signInOf,
  transactionCookie,
  transactionOf,
} from './transaction.ts'

const query = z.object({
  return: z.string().max(300).optional(),
  start: z.string().max(1).optional(),
})
const attestation = z.object({
  id: z.string().min(1).max(1400),
  rawId: z.string().min(1).max(1400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: z.string().max(4096),
    attestationObject: z.string().max(32_768),
    transports: z.array(z.string().max(30)).max(10).optional(),
  }),
  clientExtensionResults: z.record(z.string(), z.unknown()),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
})
const csrfJson = z.object({ csrf: z.string().max(64) })
const passkeyJson = csrfJson.extend({
  name: z.string().trim().min(1).max(60),
  response: attestation,
})

export const signInRoutes = (ctx: IdpParts): readonly Route[] => [
  route({
    method: 'GET',
    path: '/sign-in',
    summary: 'Sign in to "my identity"',
    query,
    handle: (incoming) => begin(ctx, incoming),
  }),
  route({
    ...form('/sign-in', 'Ask for a one-time code', identifierForm),
    handle: (incoming) =>
      posted(ctx, incoming, (signIn) =>
        takeIdentifier(ctx, incoming, signIn, incoming.body.identifier),
      ),
  }),
  route({
    ...form('/sign-in/again', 'Ask for another one-time code', csrfForm),
    handle: (incoming) => posted(ctx, incoming, (signIn) => sendAgain(ctx, incoming, signIn)),
  }),
  route({
    ...form('/sign-in/code', 'Sign in by one-time code', codeForm),
    handle: (incoming) =>
      posted(ctx, incoming, async (signIn, transaction) =>
        enter(ctx, transaction, await takeCode(ctx, incoming, signIn, incoming.body.code)),
      ),
  }),
  route({
    method: 'POST',
    path: '/sign-in/passkey/options',
    summary: 'A WebAuthn challenge for this sign-in',
    accepts: 'none',
    sameOrigin: true,
    handle: async (incoming) => {
      const transaction = transactionOf(incoming)
      if (!transaction) throw idpProblem('sign-in.expired')
      return { json: await authenticationOptions(ctx, transaction.id) }
    },
  }),
  route({
    ...form('/sign-in/passkey', 'Sign in by passkey', passkeyForm),
    handle: (incoming) =>
      posted(ctx, incoming, async (signIn, transaction) =>
        enter(ctx, transaction, await takePasskey(ctx, incoming, signIn, incoming.body.credential)),
      ),
  }),
  route({
    ...form('/sign-out', 'End the session', csrfForm),
    handle: async (incoming) => {
      const session = await requireResident(ctx, incoming, incoming.body.csrf)
      return { redirect: '/', cookies: [await closeSession(ctx, session.id)] }
    },
  }),
  ...passkeyRoutes(ctx),
]

const passkeyRoutes = (ctx: IdpParts): readonly Route[] => [
  route({
    method: 'POST',
    path: '/sign-in/passkeys/options',
    summary: 'Options to create a passkey with',
    accepts: 'json',
    sameOrigin: true,
    body: csrfJson,
    handle: async (incoming) => {
      const { id, person } = await requireRecent(ctx, incoming, incoming.body.csrf)
      const label = ctx.web.catalogues.text(incoming.language, 'idp.passkey.account')
      return { json: await registrationOptions(ctx, person, { binding: id, label }) }
    },
  }),
  route({
    method: 'POST',
    path: '/sign-in/passkeys',
    summary: 'Add a passkey',
    accepts: 'json',
    sameOrigin: true,
    body: passkeyJson,
    handle: async (incoming) => {
      const { csrf, name, response } = incoming.body
      const { id, person } = await requireRecent(ctx, incoming, csrf)
      await registerPasskey(ctx, person, {
        binding: id,
        name,
        response: response as unknown as RegistrationResponseJSON,
      })
      return { status: 201, json: {} }
    },
  }),
]

const form = <B extends z.ZodType>(path: string, summary: string, body: B) =>
  ({ method: 'POST', path, summary, body, accepts: 'form', limitBytes: 24 * 1024 }) as const

const begin = async (
  ctx: IdpParts,
  incoming: Incoming<unknown, z.infer<typeof query>>,
): Promise<Reply> => {
  const under = transactionOf(incoming)
  const wish = incoming.query.return
  const transaction = under === undefined || wish !== undefined ? newTransaction(ctx, wish) : under
  const reply = await resume(ctx, incoming, signInOf(transaction), {
    startAgain: incoming.query.start === '1',
  })
  return { ...reply, cookies: [...(reply.cookies ?? []), transactionCookie(transaction)] }
}

/** A form without its transaction: back to the start, where there is a new one. */
const posted = async (
  ctx: IdpParts,
  incoming: Incoming<unknown, unknown, { csrf: string }>,
  act: (signIn: SignIn, transaction: SignInTransaction) => Promise<Reply>,
): Promise<Reply> => {
  const transaction = transactionOf(incoming)
  if (!transaction) return { redirect: '/sign-in' }
  checkCsrf(ctx, transaction.id, incoming.body.csrf)
  return act(signInOf(transaction), transaction)
}

const enter = async (ctx: IdpParts, transaction: SignInTransaction, step: Step): Promise<Reply> => {
  if (step.reply) return step.reply
  const cookie = await openSession(ctx, step.authentication)
  return { redirect: transaction.returnTo, cookies: [cookie, transactionCookie(undefined)] }
}

/** Problems: `sign-in.required`, `sign-in.forged`. */
const requireResident = async (ctx: IdpParts, incoming: Incoming, csrf: string) => {
  const session = await residentOf(ctx, incoming)
  if (!session) throw idpProblem('sign-in.required')
  const [given, expected] = [Buffer.from(csrf), Buffer.from(session.csrf)]
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw idpProblem('sign-in.forged')
  }
  return session
}

/** Problems: as above, and `sign-in.not-recent`. */
const requireRecent = async (ctx: IdpParts, incoming: Incoming, csrf: string) => {
  const session = await requireResident(ctx, incoming, csrf)
  const age = ctx.now().getTime() - session.at.getTime()
  if (age > passkeyBounds.recentAuthenticationMs) throw idpProblem('sign-in.not-recent')
  return session
}
