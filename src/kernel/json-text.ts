/** Looks at JSON text without building what it says. */

/**
 * True when an object names a member twice: then two readers may take two values from one text (RFC 8259 §4), and
 * `JSON.parse` takes the last without a word. `text` is JSON that has been parsed and bounded before.
 */
export function repeatsMember(text: string): boolean {
  /** Names so far of every object that is open; undefined for an array. */
  const open: (Set<string> | undefined)[] = []
  let names: Set<string> | undefined
  let atName = false
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === QUOTE) {
      const end = endOfString(text, at)
      if (atName && names) {
        const name = JSON.parse(text.slice(at, end + 1)) as string
        if (names.has(name)) return true
        names.add(name)
        atName = false
      }
      at = end
    } else if (char === COMMA) {
      atName = names !== undefined
    } else if (char === OPEN_BRACE || char === OPEN_BRACKET) {
      atName = char === OPEN_BRACE
      names = atName ? new Set() : undefined
      open.push(names)
    } else if (char === CLOSE_BRACE || char === CLOSE_BRACKET) {
      atName = false
      open.pop()
      names = open.at(-1)
    }
  }
  return false
}

/** Index of the closing quote of the string that opens at `start`, or the end of the text. One search for megabytes. */
export function endOfString(text: string, start: number): number {
  for (let from = start + 1; ; ) {
    const end = text.indexOf('"', from)
    if (end === -1) return text.length
    let slashes = 0
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++
    if (slashes % 2 === 0) return end
    from = end + 1
  }
}

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const [OPEN_BRACE, CLOSE_BRACE, OPEN_BRACKET, CLOSE_BRACKET] = [0x7b, 0x7d, 0x5b, 0x5d]
