/**
 * One-time codes: six digits, bound to one sign-in and one person, kept as an HMAC, taken once. An identifier that is
 * nobody's gets the same answer after the same work and time as one that is somebody's.
 */
import { timingSafeEqual } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { record } from '#kernel/audit/audit.ts'
import { transaction } from '#kernel/db/db.ts'
import { requestMessage } from '#kernel/messages/messages.ts'
import { channelsOf, languageOf, type PersonId, resolveIdentifier, useIdentifier } from '#registry'
import type { IdpParts } from '../context.ts'
import {
  authenticated,
  authenticationFailed,
  authenticationLocked,
  codeSent,
  type Destination,
} from '../events.ts'
import { otp } from '../parameters.ts'
import { otpAcr } from './acr.ts'
import { type Asker, allowCode, allowSignIn, allowTry, plain } from './limits.ts'

export interface CodeRequest extends Asker {
  /** Id of the sign-in; the code works in no other. */
  readonly binding: string
  readonly to: Destination
}
export interface CheckRequest {
  readonly binding: string
  readonly code: string
  readonly to: Destination
}
export type CodeCheck =
  | { readonly outcome: 'right'; readonly person: PersonId }
  | { readonly outcome: 'wrong' | 'expired' | 'spent' | 'locked' }

interface Challenge {
  readonly identifier: string
  /** Absent when the identifier is nobody's: then no code is right. */
  readonly person?: PersonId
  readonly mac: string
}

const validMs = otp.validMinutes * 60_000

/** Sends a code if the identifier is an active person's; says in no way whether it is. */
export const sendCode = async (
  ctx: IdpParts,
  request: CodeRequest,
): Promise<'sent' | 'too-many'> => {
  const started = performance.now()
  const hash = hashOf(ctx, request.binding)
  const [sends, signIn, code] = await Promise.all([
    ctx.ephemeral.incrBy(`idp:otp-sends:${hash}`, 1, { ttlMs: otp.sendWindowMs }),
    allowSignIn(ctx, request),
    allowCode(ctx, request),
  ])
  if (sends > otp.sendsPerSignIn || !signIn || !code) return 'too-many'
  await challenge(ctx, request, hash)
  await untilQuantum(started)
  return 'sent'
}

/** The identifier that a code was asked for in this sign-in, while the code is valid. */
export const pendingIdentifier = async (
  ctx: IdpParts,
  binding: string,
): Promise<string | undefined> => (await load(ctx, hashOf(ctx, binding)))?.identifier

/** Counts the try before it compares, so that guesses made at once are counted all. */
export const checkCode = async (ctx: IdpParts, request: CheckRequest): Promise<CodeCheck> => {
  const started = performance.now()
  const checked = await check(ctx, request)
  // a wrong code for somebody leaves a leaf, for nobody none: the clock must not tell which it was
  if (checked.outcome !== 'right') await untilQuantum(started)
  return checked
}

const check = async (ctx: IdpParts, request: CheckRequest): Promise<CodeCheck> => {
  const hash = hashOf(ctx, request.binding)
  const [tries, pending] = await Promise.all([
    ctx.ephemeral.incrBy(triesKey(hash), 1, { ttlMs: otp.sendWindowMs }),
    load(ctx, hash),
  ])
  if (tries > otp.triesMax)
    return locked(ctx, pending?.person, request.to, tries === otp.triesMax + 1)
  if (!pending) {
    const spent = await ctx.ephemeral.get(spentKey(hash))
    return { outcome: spent === undefined ? 'expired' : 'spent' }
  }
  if (!(await allowTry(ctx, pending.identifier)))
    return locked(ctx, pending.person, request.to, tries === 1)
  const mac = macOf(ctx, request.binding, pending.person, plain(request.code))
  const right = timingSafeEqual(Buffer.from(mac), Buffer.from(pending.mac))
  if (!right || !pending.person) return failed(ctx, pending.person, request.to, 'wrong')
  // of those that send the right code at once, one takes the challenge away from the others
  const taken = await ctx.ephemeral.getdel(challengeKey(hash))
  await ctx.ephemeral.set(spentKey(hash), '1', { ttlMs: validMs })
  if (taken === undefined) return failed(ctx, pending.person, request.to, 'spent')
  return succeed(ctx, pending.person, pending.identifier, request.to)
}

const challenge = async (ctx: IdpParts, request: CodeRequest, hash: string): Promise<void> => {
  const found = await resolveIdentifier(ctx, request.identifier)
  const code = digits(ctx, otp.digits)
  const pending: Challenge = {
    identifier: plain(request.identifier),
    ...(found && { person: found.person }),
    mac: macOf(ctx, request.binding, found?.person, code),
  }
  const key = challengeKey(hash)
  const stored = ctx.ephemeral.set(key, ctx.sealer.seal(key, JSON.stringify(pending)), {
    ttlMs: validMs,
  })
  await Promise.all([stored, found && deliver(ctx, found.person, code, request.to)])
}

const deliver = async (
  ctx: IdpParts,
  person: PersonId,
  code: string,
  to: Destination,
): Promise<void> => {
  const [channels, language] = await Promise.all([channelsOf(ctx, person), languageOf(ctx, person)])
  if (channels.length === 0) return
  const values = { code, minutes: String(otp.validMinutes) }
  await transaction(ctx, async (tx) => {
    for (const { channel, address } of channels.slice(0, 2)) {
      await requestMessage(ctx, tx, { channel, address, template: 'otp', language, values })
    }
    await record(
      ctx,
      tx,
      codeSent(
        person,
        to,
        channels.map(({ channel }) => channel),
      ),
    )
  })
}

/** A one-time VID is spent by the sign-in that it opened, in the transaction that records it. */
const succeed = async (
  ctx: IdpParts,
  person: PersonId,
  identifier: string,
  to: Destination,
): Promise<CodeCheck> => {
  const usable = await transaction(ctx, async (tx) => {
    if (!(await useIdentifier(ctx, tx, identifier))) return false
    await record(ctx, tx, authenticated(person, to, { factor: 'otp', acr: otpAcr }))
    return true
  })
  return usable ? { outcome: 'right', person } : { outcome: 'spent' }
}

const failed = async (
  ctx: IdpParts,
  person: PersonId | undefined,
  to: Destination,
  outcome: 'wrong' | 'spent',
): Promise<CodeCheck> => {
  if (person) {
    const leaf = authenticationFailed(person, to, { factor: 'otp', outcome })
    await transaction(ctx, (tx) => record(ctx, tx, leaf))
  }
  return { outcome }
}

const locked = async (
  ctx: IdpParts,
  person: PersonId | undefined,
  to: Destination,
  isFirst: boolean,
): Promise<CodeCheck> => {
  // one leaf for the lock, not one for each knock at the locked door
  if (person && isFirst) {
    await transaction(ctx, (tx) => record(ctx, tx, authenticationLocked(person, to)))
  }
  return { outcome: 'locked' }
}

const load = async (ctx: IdpParts, hash: string): Promise<Challenge | undefined> => {
  const key = challengeKey(hash)
  const sealed = await ctx.ephemeral.get(key)
  const plaintext = sealed === undefined ? undefined : ctx.sealer.open(key, sealed)
  return plaintext === undefined ? undefined : (JSON.parse(plaintext) as Challenge)
}

const hashOf = (ctx: IdpParts, binding: string): string => ctx.vault.lookup('idp.otp', binding)
const challengeKey = (hash: string): string => `idp:otp:${hash}`
const triesKey = (hash: string): string => `idp:otp-tries:${hash}`
const spentKey = (hash: string): string => `idp:otp-spent:${hash}`
const macOf = (ctx: IdpParts, binding: string, person: string | undefined, code: string): string =>
  ctx.vault.lookup('idp.otp-code', `${binding} ${person ?? ''} ${code}`)

/** Uniform: bytes of 250 and above are drawn again, so that no digit is likelier. */
const digits = (ctx: IdpParts, length: number): string => {
  let text = ''
  while (text.length < length) {
    for (const byte of ctx.random(16)) {
      if (byte < 250 && text.length < length) text += byte % 10
    }
  }
  return text
}

const untilQuantum = async (started: number): Promise<void> => {
  const elapsed = performance.now() - started
  const rest = Math.ceil(elapsed / otp.answerQuantumMs) * otp.answerQuantumMs - elapsed
  await wait(rest)
}
