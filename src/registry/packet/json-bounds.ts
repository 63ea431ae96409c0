/**
 * Counts before parsing, so that a small text can not become a huge or bottomless object. Strings are skipped whole: a
 * photograph of megabytes costs one search.
 */
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

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]

/** Index of the closing quote of the string that opens at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    const end = text.indexOf('"', from)
    if (end === -1) return text.length
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end
    from = end + 1
  }
}
