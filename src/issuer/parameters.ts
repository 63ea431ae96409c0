/** Constants of the issuer: unit and source beside each. */

/** Offer and pre-authorized code live this long: time to find the message and type it. OpenID4VCI 1.0 §4.1.1: short-lived. */
export const offerTtlMs = 10 * 60_000
/** Some wallets fetch an offer once to show it and once more to accept it; docs/divergences/openid4vci.md. */
export const offerFetches = 5
/** Digits; OpenID4VCI 1.0 §4.1.1 `tx_code.length`. With five tries a guess succeeds with 5 in a million. */
export const txCodeLength = 6
export const txCodeTries = 5
/** Each offer sends a message: per person and hour. */
export const offersPerHour = 60

/** OpenID4VCI 1.0 §13.8: a nonce bounds how old a proof may be. */
export const nonceTtlMs = 5 * 60_000
/** The nonce endpoint is open to the world: per client address and minute. */
export const noncesPerMinute = 600

/** Age of a proof, and how far its clock may run ahead. Seconds. */
export const proofMaxAgeSeconds = 300
export const proofMaxAheadSeconds = 60
/** Characters of one proof; a P-256 proof takes some 600. */
export const proofMaxCharacters = 8192

/** Issuances for one access token and hour: a stolen token cannot empty the status lists. */
export const issuancesPerToken = 1000

/** How long a repeated request (same token, same proofs) is answered with what it got the first time. */
export const replayTtlMs = 10 * 60_000

/** Entries of one status list: the herd a credential hides in (W3C Bitstring Status List 1.0 §2.2 asks for 131,072). */
export const statusListSize = 131_072
/** Seconds a verifier may keep a list (draft-ietf-oauth-status-list §5.1 `ttl`): how late a revocation may be seen. */
export const statusListTtlSeconds = 30
/** Seconds until a published list is void; it is signed again at half of it. */
export const statusListLifetimeSeconds = 12 * 3600
/** A list is signed at most this often, however fast revocations come. */
export const statusListSignMs = 50
