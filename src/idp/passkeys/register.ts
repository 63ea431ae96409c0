/** Adding a passkey: a discoverable credential with user verification (WebAuthn Level 3 §7.1). */
import { randomUUID } from 'node:crypto'
import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { record } from '#kernel/audit/audit.ts'
import { transaction } from '#kernel/db/db.ts'
import { type NewMessage, requestMessage } from '#kernel/messages/messages.ts'
import { formatDateTime } from '#kernel/web/formats.ts'
import { channelsOf, languageOf, type PersonId } from '#registry'
import type { IdpParts } from '../context.ts'
import { passkeyAdded } from '../events.ts'
import { passkey as bounds } from '../parameters.ts'
import { idpProblem } from '../problems.ts'
import { personHash } from '../storage/sql-models.ts'
import { newChallenge, relyingParty, takeChallenge } from './challenge.ts'
import {
  credentialHash,
  openContent,
  type PasskeyContent,
  sealContent,
  userHandle,
} from './passkeys.ts'
import * as store from './store.ts'

/** COSE algorithms (RFC 9053): ES256, EdDSA, RS256. */
const algorithms = [-7, -8, -257]

/** `binding`: the resident session. `label` names the account in the authenticator's own list. */
export const registrationOptions = async (
  ctx: IdpParts,
  person: string,
  options: { readonly binding: string; readonly label: string },
): Promise<PublicKeyCredentialCreationOptionsJSON> => {
  const rows = await store.listPasskeys(ctx.db, personHash(ctx, person))
  if (rows.length >= bounds.perPersonMax) throw idpProblem('passkey.too-many')
  const contents = await Promise.all(rows.map((row) => openContent(ctx, row)))
  const challenge = await newChallenge(ctx, 'registration', options.binding)
  return generateRegistrationOptions({
    rpName: ctx.country.name[ctx.country.languages[0]?.tag ?? ''] ?? 'Plinth',
    rpID: relyingParty(ctx).id,
    userID: new Uint8Array(userHandle(ctx, person)),
    userName: options.label,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: contents.map(({ credentialId }) => ({ id: credentialId })),
    timeout: bounds.challengeMs,
  })
}

/** Problems: `passkey.refused`. */
export const registerPasskey = async (
  ctx: IdpParts,
  person: PersonId,
  request: {
    readonly binding: string
    readonly response: RegistrationResponseJSON
    readonly name: string
  },
): Promise<void> => {
  const challenge = await takeChallenge(ctx, 'registration', request.binding)
  if (challenge === undefined) throw idpProblem('passkey.refused')
  const content = await verified(ctx, person, challenge, request)
  const id = randomUUID()
  const now = ctx.now().getTime()
  const row: store.PasskeyRow = {
    id,
    person: personHash(ctx, person),
    credential: credentialHash(ctx, content.credentialId),
    content: await sealContent(ctx, id, content),
    counter: content.counter,
    created_at: now,
    last_used_at: null,
  }
  const notice = await noticeFor(ctx, person)
  const added = await transaction(ctx, async (tx) => {
    if (!(await store.insertPasskey(tx, row))) return false
    await record(ctx, tx, passkeyAdded(person, content.deviceType))
    if (notice) await requestMessage(ctx, tx, notice)
    return true
  })
  if (!added) throw idpProblem('passkey.refused')
}

/** A new way in is told to the person by a way that was there before (NIST SP 800-63B §4.6). */
const noticeFor = async (ctx: IdpParts, person: PersonId): Promise<NewMessage | undefined> => {
  const [[channel], language] = await Promise.all([
    channelsOf(ctx, person),
    languageOf(ctx, person),
  ])
  const at = formatDateTime(language, ctx.country.timeZone, ctx.now())
  return channel && { ...channel, template: 'passkey-added', language, values: { at } }
}

const verified = async (
  ctx: IdpParts,
  person: string,
  challenge: string,
  request: { readonly response: RegistrationResponseJSON; readonly name: string },
): Promise<PasskeyContent & { readonly counter: number }> => {
  const { id, origin } = relyingParty(ctx)
  try {
    const { verified: good, registrationInfo } = await verifyRegistrationResponse({
      response: request.response,
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      requireUserVerification: true,
      supportedAlgorithmIDs: algorithms,
    })
    if (!good) throw new Error('registration did not verify')
    const { credential, aaguid, credentialDeviceType, credentialBackedUp } = registrationInfo
    return {
      person,
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      transports: credential.transports ?? [],
      aaguid,
      deviceType: credentialDeviceType,
      backedUp: credentialBackedUp,
      name: request.name,
      counter: credential.counter,
    }
  } catch (error) {
    // the library throws texts, not codes: whatever it was, the passkey is not taken
    throw idpProblem('passkey.refused', { cause: error })
  }
}
