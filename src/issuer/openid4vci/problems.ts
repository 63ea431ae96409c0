/** Refusals in the words of OpenID4VCI 1.0 §8.3.1, §11.3 and RFC 6750 §3.1, and how they go onto the wire. */
import type { Reply } from '#kernel/http/http.ts'
import { defineProblems, Problem } from '#kernel/problems.ts'

const problem = defineProblems({
  invalid_token: [401, 'The access token is missing, unknown or expired'],
  insufficient_scope: [403, 'The access token does not cover this credential'],
  invalid_credential_request: [400, 'The request is malformed'],
  unknown_credential_configuration: [400, 'There is no such credential configuration'],
  unknown_credential_identifier: [400, 'There is no such credential identifier'],
  invalid_proof: [400, 'A key proof is missing or invalid'],
  invalid_nonce: [400, 'The c_nonce is unknown, expired or was used before; get a new one'],
  invalid_encryption_parameters: [400, 'Encrypted responses are not offered'],
  credential_request_denied: [400, 'The credential can not be issued'],
  invalid_notification_id: [400, 'There is no such notification_id'],
  invalid_notification_request: [400, 'The notification is malformed'],
})
type Code = Parameters<typeof problem>[0]

/** `reason` tells a wallet's developer which check failed; printable ASCII without quotes (RFC 6749 §5.2). */
export const refuse = (code: Code, reason?: string): Problem =>
  problem(code, reason === undefined ? {} : { detail: { reason } })

const noStore = { 'cache-control': 'no-store' }

export const success = (json: unknown): Reply => ({ json, headers: noStore })

/** Runs an endpoint; its refusals, and those of the HTTP edge on the body, become the standard's error object. */
export const answering = async (
  malformed: Code,
  endpoint: () => Promise<Reply>,
): Promise<Reply> => {
  try {
    return await endpoint()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.code.startsWith('http.body')) return errorReply(refuse(malformed, error.message))
    if (error.code.includes('.')) throw error
    return errorReply(error)
  }
}

const errorReply = (error: Problem): Reply => {
  const authenticate = {
    401: { 'www-authenticate': 'Bearer error="invalid_token"' },
    403: { 'www-authenticate': 'Bearer error="insufficient_scope"' },
  }[error.status]
  return {
    status: error.status,
    headers: { ...noStore, ...authenticate },
    json: { error: error.code, error_description: String(error.detail.reason ?? error.message) },
  }
}
