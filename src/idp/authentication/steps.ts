/**
 * The pages on which somebody proves who he is, for a login at a relying party and for "my identity" alike:
 * a number and the code sent for it, or a passkey.
 */
import { timingSafeEqual } from 'node:crypto'
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import type { Incoming, Reply } from '#kernel/http/http.ts'
import { type PageOptions, page } from '#kernel/web/page.ts'
import type { Authentication, IdpParts } from '../context.ts'
import type { Destination, Factor } from '../events.ts'
import { otp } from '../parameters.ts'
import { authenticateByPasskey } from '../passkeys/authenticate.ts'
import { idpProblem } from '../problems.ts'
import { acrOf } from './acr.ts'
import { checkCode, pendingIdentifier, sendCode } from './otp.ts'

export interface SignIn {
  /** `/login/<uid>` or `/sign-in`: the forms post beneath it. */
  readonly base: string
  /** What codes and challenges are bound to. */
  readonly binding: string
  readonly to: Destination
  /** First is primary. */
  readonly factors: readonly Factor[]
  /** Names who asks; absent for "my identity". */
  readonly client?: {
    readonly name: string
    readonly domain: string
    readonly purpose: string | undefined
  }
  readonly cancellable: boolean
  readonly formActions: readonly string[]
}
export type Step =
  | { readonly reply: Reply; readonly authentication?: never }
  | { readonly authentication: Authentication; readonly reply?: never }
type Refusal = Parameters<typeof idpProblem>[0]

export const identifierForm = z.object({
  csrf: z.string().max(64),
  identifier: z.string().max(100),
})
export const codeForm = z.object({ csrf: z.string().max(64), code: z.string().max(40) })
export const passkeyForm = z.object({
  csrf: z.string().max(64),
  credential: z.string().max(16_384),
})
export const csrfForm = z.object({ csrf: z.string().max(64) })

/** Bound to the sign-in: a form made for one is refused by another (openid.md §5.1). */
export const csrfOf = (ctx: IdpParts, binding: string): string =>
  ctx.vault.lookup('idp.csrf', binding)
/** Problems: `sign-in.forged`. */
export const checkCsrf = (ctx: IdpParts, binding: string, token: string): void => {
  const expected = Buffer.from(csrfOf(ctx, binding))
  const given = Buffer.from(token)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw idpProblem('sign-in.forged')
  }
}

/** The first page, or the one for the code where one is on its way. */
export const resume = async (
  ctx: IdpParts,
  incoming: Incoming,
  signIn: SignIn,
  options: { readonly startAgain: boolean },
): Promise<Reply> => {
  const waiting =
    !options.startAgain &&
    signIn.factors.includes('otp') &&
    (await pendingIdentifier(ctx, signIn.binding)) !== undefined
  return waiting ? codePage(ctx, incoming, signIn) : identifierPage(ctx, incoming, signIn)
}

/** Whoever's the number is, the answer is the page for the code. */
export const takeIdentifier = async (
  ctx: IdpParts,
  incoming: Incoming,
  signIn: SignIn,
  identifier: string,
): Promise<Reply> => {
  if (!signIn.factors.includes('otp')) throw idpProblem('sign-in.factor-not-offered')
  if (!/^[\d\s-]{10,40}$/.test(identifier)) {
    return identifierPage(ctx, incoming, signIn, 'idp.identify.malformed')
  }
  const { binding, to } = signIn
  const sent = await sendCode(ctx, { binding, to, identifier, ip: incoming.ip })
  return sent === 'sent'
    ? codePage(ctx, incoming, signIn)
    : refuse(ctx, incoming, signIn, 'otp.too-many-sent')
}

export const sendAgain = async (
  ctx: IdpParts,
  incoming: Incoming,
  signIn: SignIn,
): Promise<Reply> => {
  const identifier = await pendingIdentifier(ctx, signIn.binding)
  if (identifier === undefined) return identifierPage(ctx, incoming, signIn)
  return takeIdentifier(ctx, incoming, signIn, identifier)
}

export const takeCode = async (
  ctx: IdpParts,
  incoming: Incoming,
  signIn: SignIn,
  code: string,
): Promise<Step> => {
  if (!signIn.factors.includes('otp')) throw idpProblem('sign-in.factor-not-offered')
  const { binding, to } = signIn
  const checked = await checkCode(ctx, { binding, to, code })
  if (checked.outcome === 'right') {
    return { authentication: { person: checked.person, acr: acrOf.otp, amr: ['otp'] } }
  }
  return { reply: await refuse(ctx, incoming, signIn, `otp.${checked.outcome}`) }
}

export const takePasskey = async (
  ctx: IdpParts,
  incoming: Incoming,
  signIn: SignIn,
  credential: string,
): Promise<Step> => {
  if (!signIn.factors.includes('passkey')) throw idpProblem('sign-in.factor-not-offered')
  const response = parseCredential(credential)
  const authentication =
    response &&
    (await authenticateByPasskey(ctx, { binding: signIn.binding, to: signIn.to, response }))
  if (authentication) return { authentication }
  return { reply: await refuse(ctx, incoming, signIn, 'passkey.refused') }
}

const assertion = z.object({
  id: z.string().min(1).max(1400),
  rawId: z.string().min(1).max(1400),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: z.string().max(4096),
    authenticatorData: z.string().max(4096),
    signature: z.string().max(4096),
    userHandle: z.string().max(100).optional(),
  }),
  clientExtensionResults: z.record(z.string(), z.unknown()),
  authenticatorAttachment: z.enum(['platform', 'cross-platform']).nullish(),
})
const parseCredential = (text: string): AuthenticationResponseJSON | undefined => {
  try {
    return assertion.parse(JSON.parse(text)) as AuthenticationResponseJSON
  } catch {
    return undefined
  }
}

/** The page again with what went wrong, or, for a program that asks for JSON, the problem itself. */
const refuse = async (
  ctx: IdpParts,
  incoming: Incoming,
  signIn: SignIn,
  code: Refusal,
): Promise<Reply> => {
  const problem = idpProblem(code)
  if (wantsJson(incoming)) throw problem
  const key = `idp.refused.${code}`
  const reply = await (code === 'passkey.refused' || code === 'otp.spent' || code === 'otp.expired'
    ? identifierPage(ctx, incoming, signIn, key)
    : code === 'otp.wrong'
      ? codePage(ctx, incoming, signIn, key)
      : closedPage(ctx, incoming, signIn, key))
  return { ...reply, status: problem.status, headers: { ...reply.headers, 'x-problem': code } }
}

const identifierPage = (
  ctx: IdpParts,
  incoming: Incoming,
  signIn: SignIn,
  error?: string,
): Promise<Reply> =>
  stepPage(ctx, incoming, signIn, {
    template: new URL('../views/identify.njk', import.meta.url),
    titleKey: 'idp.identify.title',
    scripts: signIn.factors.includes('passkey') ? ['/assets/idp/passkey-sign-in.ts'] : [],
    ...(error !== undefined && {
      errors: [{ field: 'identifier', key: error }],
      status: 400,
    }),
  })

const codePage = (
  ctx: IdpParts,
  incoming: Incoming,
  signIn: SignIn,
  error?: string,
): Promise<Reply> =>
  stepPage(ctx, incoming, signIn, {
    template: new URL('../views/code.njk', import.meta.url),
    titleKey: 'idp.code.title',
    ...(error !== undefined && { errors: [{ field: 'code', key: error }], status: 400 }),
  })

/** Nothing more can be tried here. */
const closedPage = (
  ctx: IdpParts,
  incoming: Incoming,
  signIn: SignIn,
  key: string,
): Promise<Reply> =>
  stepPage(ctx, incoming, signIn, {
    template: new URL('../views/closed.njk', import.meta.url),
    titleKey: 'idp.closed.title',
    data: { textKey: key },
  })

const stepPage = async (
  ctx: IdpParts,
  incoming: Incoming,
  signIn: SignIn,
  options: PageOptions,
): Promise<Reply> => {
  const reply = await page(ctx, incoming, {
    address: signIn.base,
    ...options,
    data: {
      base: signIn.base,
      csrf: csrfOf(ctx, signIn.binding),
      client: signIn.client,
      factors: signIn.factors,
      cancellable: signIn.cancellable,
      digits: otp.digits,
      minutes: otp.validMinutes,
      ...options.data,
    },
  })
  return { ...reply, formActions: signIn.formActions }
}

export const wantsJson = ({ headers }: Incoming): boolean => {
  const accept = headers.accept ?? ''
  return accept.includes('application/json') && !accept.includes('text/html')
}
