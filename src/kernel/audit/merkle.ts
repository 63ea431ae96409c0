/** Merkle tree hashing and proofs of RFC 9162 §2.1 (the tree of RFC 6962), over whatever holds the hashes. */
import { hash } from 'node:crypto'

/** Leaves `start` to `end` (exclusive) of the log. */
export interface Range {
  readonly start: number
  readonly end: number
}
/** The hash of the full subtree over leaves `index * 2^level` to `(index + 1) * 2^level`. */
export type NodeReader = (level: number, index: number) => Promise<Buffer>

const sha256 = (data: Uint8Array): Buffer => hash('sha256', data, 'buffer')

/** RFC 9162 §2.1.1: the hash of an empty list. */
export const emptyRoot: Buffer = sha256(new Uint8Array())

export const leafHash = (entry: Uint8Array): Buffer => sha256(Buffer.concat([leafPrefix, entry]))

export const nodeHash = (left: Uint8Array, right: Uint8Array): Buffer =>
  sha256(Buffer.concat([nodePrefix, left, right]))

/** RFC 9162 §2.1.1: different prefixes, so that a node cannot pass for a leaf (second preimage). */
const leafPrefix = Buffer.from([0x00])
const nodePrefix = Buffer.from([0x01])

/** The root of a full subtree over `hashes`, whose number is a power of two. */
export const fullRoot = (hashes: readonly Buffer[]): Buffer => {
  let row = hashes
  while (row.length > 1) row = pairs(row)
  return row[0] ?? emptyRoot
}

const pairs = (row: readonly Buffer[]): Buffer[] =>
  Array.from({ length: row.length / 2 }, (_, i) =>
    nodeHash(row[2 * i] ?? emptyRoot, row[2 * i + 1] ?? emptyRoot),
  )

/** MTH(D[start:end]) of RFC 9162 §2.1.1, for a range that the proofs below or a tree's root name. */
export const rangeHash = async (range: Range, node: NodeReader): Promise<Buffer> => {
  const length = range.end - range.start
  if (length === 0) return emptyRoot
  if (length === 1) return await node(0, range.start)
  const half = split(length)
  if (2 * half === length) return await node(Math.round(Math.log2(length)), range.start / length)
  const middle = range.start + half
  const left = await rangeHash({ start: range.start, end: middle }, node)
  return nodeHash(left, await rangeHash({ start: middle, end: range.end }, node))
}

/** The largest power of two smaller than `n`; n >= 2. Logarithms round, and would err from 2^48 on. */
const split = (n: number): number => {
  let k = 1
  while (2 * k < n) k *= 2
  return k
}

/** RFC 9162 §2.1.3.1: what stands beside the path from leaf `index` to the root, lowest first; index < size. */
export const inclusionPath = (index: number, size: number): Range[] => {
  const walk = (start: number, end: number): Range[] => {
    if (end - start === 1) return []
    const middle = start + split(end - start)
    return index < middle
      ? [...walk(start, middle), { start: middle, end }]
      : [...walk(middle, end), { start, end: middle }]
  }
  return walk(0, size)
}

/** RFC 9162 §2.1.4.1: proves that the first `old` of `size` leaves are the earlier tree; 0 < old <= size. */
export const consistencyPath = (old: number, size: number): Range[] => {
  const walk = (start: number, end: number, isOldTree: boolean): Range[] => {
    if (end === old) return isOldTree ? [] : [{ start, end }]
    const middle = start + split(end - start)
    return old <= middle
      ? [...walk(start, middle, isOldTree), { start: middle, end }]
      : [...walk(middle, end, false), { start, end: middle }]
  }
  return walk(0, size, true)
}
