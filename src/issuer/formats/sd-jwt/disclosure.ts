/** Disclosures and their digests (RFC 9901 §4.2). */
import { hash } from 'node:crypto'

/** RFC 9901 §9.3: at least 128 bits, drawn by a CSPRNG, never used twice. */
export const saltBytes = 16

/** RFC 9901 §4.2.4.1: the digest is over the ASCII of the base64url text, so its JSON is never built again. */
export const digestOf = (disclosure: string): string => hash('sha256', disclosure, 'base64url')

/** Everything of an object property's disclosure that does not change: `","given_name",`. */
export const disclosurePrefix = (name: string): string => `",${JSON.stringify(name)},`

/** RFC 9901 §4.2.1 `[salt, name, value]`; `prefix` from `disclosurePrefix`, `json` the serialised value. */
export const disclose = (salt: Uint8Array, prefix: string, json: string): string => {
  const text = Buffer.from(salt.buffer, salt.byteOffset, salt.byteLength).toString('base64url')
  return Buffer.from(`["${text}${prefix}${json}]`).toString('base64url')
}
