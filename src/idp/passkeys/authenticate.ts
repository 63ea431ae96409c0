/** Signing in with a passkey that the browser found by itself (WebAuthn Level 3 §7.2, conditional mediation). */
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server'
import { record } from '#kernel/audit/audit.ts'
import { transaction } from '#kernel/db/db.ts'
import { isActive, type PersonId } from '#registry'
import { passkeyAcr } from '../authentication/acr.ts'
import type { Authentication, IdpParts } from '../context.ts'
import { authenticated, authenticationFailed, type Destination } from '../events.ts'
import { passkey as bounds } from '../parameters.ts'
import { newChallenge, relyingParty, takeChallenge } from './challenge.ts'
import { credentialHash, openContent, type PasskeyContent, userHandle } from './passkeys.ts'
import * as store from './store.ts'

export const authenticationOptions = async (
  ctx: IdpParts,
  binding: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> => {
  const challenge = await newChallenge(ctx, 'authentication', binding)
  return generateAuthenticationOptions({
    rpID: relyingParty(ctx).id,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    userVerification: 'required',
    timeout: bounds.challengeMs,
  })
}

/** Undefined: not a passkey of an active person, or it did not verify. The failure of a known one leaves a leaf. */
export const authenticateByPasskey = async (
  ctx: IdpParts,
  request: {
    readonly binding: string
    readonly response: AuthenticationResponseJSON
    readonly to: Destination
  },
): Promise<Authentication | undefined> => {
  const challenge = await takeChallenge(ctx, 'authentication', request.binding)
  const row = await store.findPasskey(ctx.db, credentialHash(ctx, request.response.id))
  if (challenge === undefined || !row) return undefined
  const content = await openContent(ctx, row)
  const person = content.person as PersonId
  const counter = await verifiedCounter(ctx, request.response, challenge, content, row.counter)
  const used = counter !== undefined && (await isActive(ctx, person))
  return (await settle(ctx, person, request.to, row, used ? counter : undefined))
    ? { person, acr: passkeyAcr, amr: amrOf(content) }
    : undefined
}

/** RFC 8176 §2: possession of a key, in hardware unless it is synchronised; presence; and, verified, a second factor. */
const amrOf = ({ deviceType }: PasskeyContent): string[] => [
  deviceType === 'singleDevice' ? 'hwk' : 'swk',
  'user',
  'mfa',
]

const verifiedCounter = async (
  ctx: IdpParts,
  response: AuthenticationResponseJSON,
  challenge: string,
  content: PasskeyContent,
  counter: number,
): Promise<number | undefined> => {
  const { id, origin } = relyingParty(ctx)
  const handle = response.response.userHandle
  // WebAuthn §7.2 step 6: the user handle must be the owner's
  if (handle !== undefined && handle !== userHandle(ctx, content.person).toString('base64url')) {
    return undefined
  }
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      credential: {
        id: content.credentialId,
        publicKey: new Uint8Array(Buffer.from(content.publicKey, 'base64url')),
        // devices that share a key cannot count together: for these the counter proves nothing
        counter: content.deviceType === 'multiDevice' ? 0 : counter,
      },
    })
    return verified ? authenticationInfo.newCounter : undefined
  } catch {
    return undefined
  }
}

const settle = (
  ctx: IdpParts,
  person: PersonId,
  to: Destination,
  row: store.PasskeyRow,
  counter: number | undefined,
): Promise<boolean> =>
  transaction(ctx, async (tx) => {
    const used =
      counter !== undefined && (await store.usePasskey(tx, row, counter, ctx.now().getTime()))
    const leaf = used
      ? authenticated(person, to, { factor: 'passkey', acr: passkeyAcr })
      : authenticationFailed(person, to, { factor: 'passkey', outcome: 'wrong' })
    await record(ctx, tx, leaf)
    return used
  })
