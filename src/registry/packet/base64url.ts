import type { Problem } from '#kernel/problems.ts'
import { parseUnambiguous } from './json-bounds.ts'

/**
 * RFC 7515 §2. Strict: Node's decoder skips foreign characters and spare bits, so that one content could come under two
 * spellings and pass for two packets.
 */
export function decodeExact(text: string, refusal: () => Problem): Buffer {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text) throw refusal()
  return bytes
}

/** A JOSE header: a JSON object. */
export function decodeHeader(
  text: string,
  lengthMax: number,
  refusal: () => Problem,
): Readonly<Record<string, unknown>> {
  if (text.length > lengthMax) throw refusal()
  const header = parseUnambiguous(decodeExact(text, refusal).toString('utf8'), refusal)
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw refusal()
  return header as Record<string, unknown>
}
