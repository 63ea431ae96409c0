import type { Place } from './vault.ts'

/** Each part behind its length in four bytes, so that no two lists give the same bytes. */
export const lengthPrefixed = (...parts: readonly string[]): Buffer => {
  const lengths = parts.map((part) => Buffer.byteLength(part))
  const bytes = Buffer.alloc(lengths.reduce((sum, length) => sum + 4 + length, 0))
  let at = 0
  for (const [i, part] of parts.entries()) {
    at = bytes.writeUInt32BE(lengths[i] ?? 0, at)
    at += bytes.write(part, at)
  }
  return bytes
}

/** The additional authenticated data of a sealed value. */
export const placeBytes = ({ table, column, row, version = 0 }: Place): Buffer =>
  lengthPrefixed('plinth-vault-1', table, column, row, String(version))
