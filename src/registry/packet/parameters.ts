/**
 * Bounds of a packet.
 *
 * The size of a packet is bounded by `registry.packetBytesMax`. An image passes through base64url three times (JSON, JWS,
 * JWE), so 8 MiB sealed hold an image of 3.3 MiB.
 */

/** A JOSE header as characters of base64url: ours have some 300. */
export const HEADER_LENGTH_MAX = 4096
/** Objects and arrays inside each other; an identity object needs 5. */
export const JSON_DEPTH_MAX = 12
/** Values in all objects and arrays together; a full identity object has some 100. */
export const JSON_VALUES_MAX = 2000
/** How far an operator's clock may run ahead. Behind is fine: packets wait offline for weeks. */
export const CLOCK_AHEAD_MS = 24 * 3_600_000
