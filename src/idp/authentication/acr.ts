/**
 * Authentication context classes (OIDC Core §2 `acr`) and what each is made of. Names: MOSIP's for the one-time code,
 * OpenID Connect Extended Authentication Profile (EAP) ACR Values 1.0 §4 for phishing-resistant authentication.
 */
import type { Factor } from '../events.ts'

export const otpAcr = 'mosip:idp:acr:generated-code'
export const passkeyAcr = 'phr'

/** Weakest first: a session of a later one satisfies a wish for an earlier one. */
export const acrValues = [otpAcr, passkeyAcr] as const
export type Acr = (typeof acrValues)[number]

const factorOf: Readonly<Record<Acr, Factor>> = { [otpAcr]: 'otp', [passkeyAcr]: 'passkey' }
export const acrOf: Readonly<Record<Factor, Acr>> = { otp: otpAcr, passkey: passkeyAcr }

export interface AcrRequest {
  /** `acr_values`, or the values of an essential `acr` claim; in order of preference. */
  readonly values: readonly string[]
  /** OIDC Core §5.5.1.1: the answer must be one of them, or the request fails. */
  readonly essential: boolean
}

/** From the request's parameters; an essential claim counts before `acr_values`. */
export const acrRequestOf = (params: {
  readonly acr_values?: unknown
  readonly claims?: unknown
}): AcrRequest => {
  const claim = acrClaim(params.claims)
  if (claim.essential) return claim
  const asked = typeof params.acr_values === 'string' ? params.acr_values.split(' ') : []
  const values = [...asked, ...claim.values].filter((value) => value !== '')
  return { values: [...new Set(values)], essential: false }
}

/**
 * The factors a login page offers, in the client's order of preference. A wish that is not essential is answered as
 * well as we can: what was wished for comes first, the rest after it. Empty: an essential wish that nobody can meet.
 */
export const offeredFactors = (request: AcrRequest): readonly Factor[] => {
  const wished = request.values.filter(isAcr).map((acr) => factorOf[acr])
  return request.essential
    ? wished
    : [...new Set([...wished, ...acrValues.map((acr) => factorOf[acr])])]
}

/** Whether a session of `acr` answers the request without a new authentication. */
export const satisfies = (acr: string | undefined, request: AcrRequest): boolean => {
  const wished = request.values.filter(isAcr)
  if (request.essential) return acr !== undefined && request.values.includes(acr)
  if (wished.length === 0) return true
  return wished.some((value) => strength(acr) >= strength(value))
}

const isAcr = (value: string): value is Acr => (acrValues as readonly string[]).includes(value)
const strength = (acr: string | undefined): number =>
  acr === undefined ? -1 : (acrValues as readonly string[]).indexOf(acr)

const acrClaim = (claims: unknown): AcrRequest => {
  const none = { values: [], essential: false }
  if (typeof claims !== 'string') return none
  const member = (JSON.parse(claims) as { id_token?: { acr?: unknown } }).id_token?.acr
  if (typeof member !== 'object' || member === null) return none
  const { essential, value, values } = member as Record<string, unknown>
  const list = Array.isArray(values) ? values : value === undefined ? [] : [value]
  const texts = list.filter((text): text is string => typeof text === 'string')
  return { values: texts, essential: essential === true && texts.length > 0 }
}
