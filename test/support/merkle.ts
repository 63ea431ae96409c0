/** The tree of RFC 9162 §2.1 by its definition, slow and plain: what the house's tree is checked against. */
import { createHash } from 'node:crypto'

export const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

const half = (n: number): number => {
  let k = 1
  while (2 * k < n) k *= 2
  return k
}

/** §2.1.1: MTH over entries. */
export const treeHash = (entries: readonly Uint8Array[]): Buffer => {
  const [only] = entries
  if (!only) return sha256()
  if (entries.length === 1) return sha256(Buffer.from([0]), only)
  const k = half(entries.length)
  return sha256(Buffer.from([1]), treeHash(entries.slice(0, k)), treeHash(entries.slice(k)))
}

/** §2.1.3.1: PATH(m, D_n). */
export const inclusionProof = (m: number, entries: readonly Uint8Array[]): Buffer[] => {
  if (entries.length <= 1) return []
  const k = half(entries.length)
  const [left, right] = [entries.slice(0, k), entries.slice(k)]
  return m < k
    ? [...inclusionProof(m, left), treeHash(right)]
    : [...inclusionProof(m - k, right), treeHash(left)]
}

/** §2.1.4.2: whether `proof` leads from both roots to each other. */
export const isConsistent = (
  first: number,
  second: number,
  firstHash: Buffer,
  secondHash: Buffer,
  proof: readonly Buffer[],
): boolean => {
  if (first === second) return proof.length === 0 && firstHash.equals(secondHash)
  const path = (first & (first - 1)) === 0 ? [firstHash, ...proof] : [...proof]
  let [fn, sn] = [first - 1, second - 1]
  while (fn & 1) [fn, sn] = [fn >> 1, sn >> 1]
  const start = path.shift()
  if (!start) return false
  let [fr, sr] = [start, start]
  for (const c of path) {
    if (sn === 0) return false
    if (fn & 1 || fn === sn) {
      fr = sha256(Buffer.from([1]), c, fr)
      sr = sha256(Buffer.from([1]), c, sr)
      while (!(fn & 1) && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1]
    } else {
      sr = sha256(Buffer.from([1]), sr, c)
    }
    ;[fn, sn] = [fn >> 1, sn >> 1]
  }
  return sn === 0 && fr.equals(firstHash) && sr.equals(secondHash)
}
