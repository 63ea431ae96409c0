/** Disclosures and their digests (RFC 9901 §4.2). */
import { hash } from 'node:crypto'

/**
 * RFC 9901 §9.3 asks for at least 128 bits. 18 bytes are 144, and because three bytes are four characters, the salts of
 * a whole credential are drawn and encoded at once and then cut.
 */
export const saltBytes = 18
export const saltCharacters = 24

/** RFC 9901 §4.2.4.1: the digest is over the ASCII of the base64url text, so its JSON is never built again. */
export const digestOf = (disclosure: string): string => hash('sha256', disclosure, 'base64url')

/** Everything of an object property's disclosure that does not change: `","given_name",`. */
export const disclosurePrefix = (name: string): string => `",${JSON.stringify(name)},`

/** RFC 9901 §4.2.1 `[salt, name, value]`; `prefix` from `disclosurePrefix`, `json` the serialised value. */
export const disclose = (salt: string, prefix: string, json: string): string =>
  Buffer.from(`["${salt}${prefix}${json}]`).toString('base64url')
