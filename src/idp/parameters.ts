/** Numbers of the IdP, each with its unit and source. */

const seconds = 1
const minutes = 60 * seconds
const hours = 60 * minutes

/** Seconds. */
export const ttl = {
  /** RFC 6749 §4.1.2 allows ten minutes; FAPI 2.0 Security Profile §5.3.2.1 asks for at most 60 s. */
  authorizationCode: 60 * seconds,
  /** RFC 9126 §2.2: short. The engine's own bound is the same. */
  pushedAuthorizationRequest: 60 * seconds,
  accessToken: 10 * minutes,
  idToken: 10 * minutes,
  /** Somebody who must look for a phone, and read a page in a third language. */
  interaction: 10 * minutes,
  sessionIdle: 15 * minutes,
  sessionTotal: 12 * hours,
  /** A grant is one login's; what is remembered beyond is the consent. */
  grant: 12 * hours,
  refreshToken: 12 * hours,
} as const

/** RFC 7523 §3: an assertion may be refused whose `exp` is unreasonably far away. Seconds. */
export const clientAssertionLifeMax = 5 * minutes
/** Seconds that two clocks may differ. */
export const clockTolerance = 10

export const otp = {
  digits: 6,
  /** NIST SP 800-63B §5.1.3.2 allows ten minutes. */
  validMinutes: 4,
  triesMax: 5,
  /** Codes sent for one sign-in, the first one included. */
  sendsPerSignIn: 3,
  sendWindowMs: 15 * 60_000,
  /** Every answer to an identifier takes a multiple of this, so that a known one looks like an unknown one. */
  answerQuantumMs: 100,
} as const

/** How often, in a window. In demo and test profiles one machine plays everybody: `limitScale`. */
export const limits = {
  signInsPerIp: { max: 20, windowMs: 60_000 },
  signInsPerIdentifierAndIp: { max: 5, windowMs: 60_000 },
  codesPerIdentifier: { max: 10, windowMs: 15 * 60_000 },
  codesPerIdentifierPerDay: { max: 30, windowMs: 24 * 3600_000 },
  /** NIST SP 800-63B §5.2.2: at most a hundred failures in a row on one account, however many sign-ins they are spread over. */
  triesPerIdentifierPerDay: { max: 50, windowMs: 24 * 3600_000 },
  codesPerIp: { max: 25, windowMs: 5 * 60_000 },
} as const
export const limitScale = { production: 1, demo: 200, test: 200 } as const

export const passkey = {
  challengeMs: 5 * 60_000,
  perPersonMax: 10,
  /** A passkey is added only by somebody who proved himself this recently. */
  recentAuthenticationMs: 10 * 60_000,
} as const
