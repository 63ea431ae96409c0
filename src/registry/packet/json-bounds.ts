/**
 * Counts before parsing, so that a small text can not become a huge or bottomless object. Strings are skipped whole: a
 * photograph of megabytes costs one search.
 */
import { endOfString, repeatsMember } from '#kernel/json-text.ts'
import type { Problem } from '#kernel/problems.ts'

export interface JsonBounds {
  readonly depthMax: number
  readonly valuesMax: number
}

/** True when `text`, were it JSON, stays within the bounds. Says nothing about whether it is JSON. */
export function isWithinBounds(text: string, { depthMax, valuesMax }: JsonBounds): boolean {
  let depth = 0
  let values = 1
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === QUOTE) {
      at = endOfString(text, at)
    } else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      depth++
      values++
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
      depth--
    } else if (char === COMMA) {
      values++
    }
    if (depth > depthMax || values > valuesMax) return false
  }
  return true
}

/** Parses what was signed or sealed: one meaning to every reader, so no member twice (RFC 7515 §4, RFC 8259 §4). */
export function parseUnambiguous(text: string, refusal: () => Problem): unknown {
  const value = parsed(text, refusal)
  if (repeatsMember(text)) throw refusal()
  return value
}

function parsed(text: string, refusal: () => Problem): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw refusal()
  }
}

const [QUOTE, COMMA] = [0x22, 0x2c]
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]
