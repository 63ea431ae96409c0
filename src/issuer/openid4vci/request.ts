/** Shapes of what wallets send (OpenID4VCI 1.0 §8.2, §11.1). Unknown members are ignored where the standard says so. */
import { z } from 'zod'
import type { Incoming } from '#kernel/http/http.ts'
import { parseJson } from '#kernel/http/json.ts'
import { proofMaxCharacters } from '../parameters.ts'
import { refuse } from './problems.ts'

/** Largest request: a batch of proofs. */
export const requestMaxBytes = 512 * 1024

const text = z.string().min(1).max(256)

const credentialRequest = z.object({
  credential_configuration_id: text.optional(),
  credential_identifier: text.optional(),
  proofs: z.record(z.string(), z.unknown()).optional(),
  proof: z.unknown().optional(),
  credential_response_encryption: z.unknown().optional(),
})

export interface CredentialRequest {
  readonly configurationId: string
  /** Compact JWTs, at least one. */
  readonly proofs: readonly string[]
}

/** Throws the refusals of §8.3.1.2; `batchSize` bounds the proofs. */
export const parseCredentialRequest = (
  incoming: Incoming,
  batchSize: number,
): CredentialRequest => {
  const parsed = credentialRequest.safeParse(jsonBody(incoming, 'invalid_credential_request'))
  if (!parsed.success) throw refuse('invalid_credential_request')
  const request = parsed.data
  if (request.credential_response_encryption !== undefined)
    throw refuse('invalid_encryption_parameters')
  // §8.2: credential_identifier only if the token response named some, and ours never does
  if (request.credential_identifier !== undefined)
    throw request.credential_configuration_id === undefined
      ? refuse('unknown_credential_identifier')
      : refuse('invalid_credential_request', 'both an identifier and a configuration id')
  if (request.credential_configuration_id === undefined)
    throw refuse('invalid_credential_request', 'credential_configuration_id is missing')
  if (request.proof !== undefined) throw refuse('invalid_proof', 'proofs is expected, not proof')
  return {
    configurationId: request.credential_configuration_id,
    proofs: jwtProofs(request.proofs, batchSize),
  }
}

/** §8.2: `proofs` has exactly one member, named by its proof type. */
const jwtProofs = (
  proofs: Readonly<Record<string, unknown>> | undefined,
  batchSize: number,
): readonly string[] => {
  if (proofs === undefined) throw refuse('invalid_proof', 'proofs is missing')
  const types = Object.keys(proofs)
  if (types.length !== 1) throw refuse('invalid_proof', 'proofs has exactly one proof type')
  if (types[0] !== 'jwt') throw refuse('invalid_proof', 'only proof type jwt is supported')
  const list = z
    .array(z.string().min(1).max(proofMaxCharacters))
    .min(1)
    .max(batchSize)
    .safeParse(proofs.jwt)
  if (!list.success) throw refuse('invalid_proof', `proofs.jwt holds 1 to ${batchSize} JWTs`)
  return list.data
}

const notification = z.object({
  notification_id: text,
  event: z.enum(['credential_accepted', 'credential_failure', 'credential_deleted']),
  event_description: z.string().max(1000).optional(),
})

export const parseNotification = (incoming: Incoming): z.infer<typeof notification> => {
  const parsed = notification.safeParse(jsonBody(incoming, 'invalid_notification_request'))
  if (!parsed.success) throw refuse('invalid_notification_request')
  return parsed.data
}

/** Read as bytes and parsed here, so that a body that is no JSON gets the standard's answer too. */
const jsonBody = (
  { headers, body }: Incoming,
  code: 'invalid_credential_request' | 'invalid_notification_request',
): unknown => {
  const mediaType = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase()
  if (mediaType !== 'application/json' || !(body instanceof Uint8Array))
    throw refuse(code, 'application/json is expected')
  return parseJson(Buffer.from(body).toString('utf8'))
}
