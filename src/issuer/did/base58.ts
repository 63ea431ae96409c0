/** Multibase base58btc (draft-msporny-base58-03, the Bitcoin alphabet), as `did:key` and Multikey use it. */

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const digits = new Map([...alphabet].map((character, value) => [character, BigInt(value)]))

/** Keys are 34 or 35 bytes; the bound keeps the quadratic arithmetic harmless. */
const maxCharacters = 128

/** Without the multibase prefix `z`. */
export const encodeBase58 = (data: Uint8Array): string => {
  let value = data.length === 0 ? 0n : BigInt(`0x${Buffer.from(data).toString('hex')}`)
  let text = ''
  while (value > 0n) {
    text = alphabet[Number(value % 58n)] + text
    value /= 58n
  }
  return '1'.repeat(leading(data, (byte) => byte === 0)) + text
}

/** Undefined for a foreign character or more than 128 characters. */
export const decodeBase58 = (text: string): Buffer | undefined => {
  if (text.length > maxCharacters) return undefined
  let value = 0n
  for (const character of text) {
    const digit = digits.get(character)
    if (digit === undefined) return undefined
    value = value * 58n + digit
  }
  const hex = value === 0n ? '' : value.toString(16)
  const zeroes = Buffer.alloc(leading(text, (character) => character === '1'))
  return Buffer.concat([
    zeroes,
    Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex'),
  ])
}

const leading = <T>(items: Iterable<T>, matches: (item: T) => boolean): number => {
  let count = 0
  for (const item of items) {
    if (!matches(item)) break
    count++
  }
  return count
}
