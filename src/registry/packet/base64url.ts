import type { Problem } from '#kernel/problems.ts'

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
  const header = parsed(decodeExact(text, refusal), refusal)
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw refusal()
  return header as Record<string, unknown>
}

function parsed(bytes: Buffer, refusal: () => Problem): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw refusal()
  }
}
