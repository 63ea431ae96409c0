import type { Place } from './vault.ts'

/** Each part behind its length in four bytes, so that no two lists give the same bytes. */
export const lengthPrefixed = (...parts: readonly string[]): Buffer =>
  Buffer.concat(
    parts.flatMap((part) => {
      const content = Buffer.from(part)
      const length = Buffer.alloc(4)
      length.writeUInt32BE(content.length)
      return [length, content]
    }),
  )

/** The additional authenticated data of a sealed value. */
export const placeBytes = ({ table, column, row, version = 0 }: Place): Buffer =>
  lengthPrefixed('plinth-vault-1', table, column, row, String(version))
