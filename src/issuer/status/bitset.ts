/** One bit for each credential, in the two orders that the two standards chose, and their compressed forms. */
import assert from 'node:assert'
import { promisify } from 'node:util'
import { constants, deflate, gzip } from 'node:zlib'

const options = { level: constants.Z_BEST_COMPRESSION }

/** Token Status List §4.1, `lst`: one bit per entry from the least significant, zlib (RFC 1950), base64url. */
export const tokenStatusList = async (size: number, revoked: Iterable<number>): Promise<string> => {
  const bits = bitset(size, revoked, (index) => 1 << (index & 7))
  return (await promisify(deflate)(bits, options)).toString('base64url')
}

/** W3C Bitstring Status List 1.0 §2.2, `encodedList`: from the most significant bit, gzip, multibase base64url. */
export const encodedBitstring = async (
  size: number,
  revoked: Iterable<number>,
): Promise<string> => {
  const bits = bitset(size, revoked, (index) => 0x80 >> (index & 7))
  return `u${(await promisify(gzip)(bits, options)).toString('base64url')}`
}

const bitset = (size: number, set: Iterable<number>, mask: (index: number) => number): Buffer => {
  const bits = Buffer.alloc(Math.ceil(size / 8))
  for (const index of set) {
    assert(index >= 0 && index < size)
    bits.writeUInt8(bits.readUInt8(index >> 3) | mask(index), index >> 3)
  }
  return bits
}
