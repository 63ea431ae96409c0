/** Reads a whole log (C2SP tlog-tiles) and computes every hash of it again from the entries. */
import { refuse } from './refusal.ts'
import type { Source } from './source.ts'
import { addLeaf, emptyTree, leafHash, rootOf } from './tree.ts'

const width = 256
const hashBytes = 32
/** Bundles fetched at the same time. */
const lookAhead = 16

export interface Expectations {
  /** Called at each size from 0 on, with the tree as it then was. */
  atSize(size: number, root: () => Buffer): void
  atEntry(index: number, entry: Buffer): void
}

/** Answers the root over all `size` entries. Refuses when a tile is not made of exactly these entries. */
export const replay = async (
  source: Source,
  size: number,
  expectations: Expectations,
): Promise<Buffer> => {
  const tree = emptyTree()
  const levels = hashLevels(source)
  expectations.atSize(0, () => rootOf(tree))
  for await (const entries of bundles(source, size)) {
    for (const entry of entries) {
      expectations.atEntry(tree.size, entry)
      const hash = leafHash(entry)
      addLeaf(tree, hash)
      await levels.push(0, hash)
      expectations.atSize(tree.size, () => rootOf(tree))
    }
  }
  await levels.finish()
  return rootOf(tree)
}

async function* bundles(source: Source, size: number): AsyncGenerator<Buffer[]> {
  const count = Math.ceil(size / width)
  for (let first = 0; first < count; first += lookAhead) {
    const indices = Array.from({ length: Math.min(lookAhead, count - first) }, (_, i) => first + i)
    const read = await Promise.all(
      indices.map((n) =>
        readTile(source, 'entries', n, Math.min(width, size - n * width), 2 + hashBytes),
      ),
    )
    for (const [i, bundle] of read.entries()) yield cutBundle(bundle, first + i)
  }
}

/** Entries stand behind their length in two bytes; those of this log are commitments of 32 bytes. */
const cutBundle = (bundle: Buffer, n: number): Buffer[] => {
  const entries: Buffer[] = []
  for (let at = 0; at < bundle.length; at += 2 + hashBytes) {
    if (bundle.readUInt16BE(at) !== hashBytes) return refuse(`Entry bundle ${n} is malformed.`)
    entries.push(bundle.subarray(at + 2, at + 2 + hashBytes))
  }
  return entries
}

/** Collects the hashes that each level's tiles must hold, and compares every tile as soon as it is full. */
const hashLevels = (source: Source) => {
  const open: { tile: number; hashes: Buffer[] }[] = []
  const compare = async (level: number): Promise<void> => {
    const at = open[level]
    if (!at || at.hashes.length === 0) return
    const served = await readTile(source, String(level), at.tile, at.hashes.length, hashBytes)
    if (!served.equals(Buffer.concat(at.hashes)))
      refuse(`Tile ${at.tile} of level ${level} is not made of the entries below it.`)
  }
  const push = async (level: number, hash: Buffer): Promise<void> => {
    const at = open[level] ?? { tile: 0, hashes: [] }
    open[level] = at
    at.hashes.push(hash)
    if (at.hashes.length < width) return
    await compare(level)
    const subtree = emptyTree()
    for (const each of at.hashes) addLeaf(subtree, each)
    open[level] = { tile: at.tile + 1, hashes: [] }
    await push(level + 1, rootOf(subtree))
  }
  return {
    push,
    finish: async () => {
      for (const level of open.keys()) await compare(level)
    },
  }
}

/** A partial tile may be gone once the full one is there (tlog-tiles §Partial Tiles): then its beginning is what we want. */
const readTile = async (
  source: Source,
  level: string,
  n: number,
  count: number,
  itemBytes: number,
): Promise<Buffer> => {
  const full = `tile/${level}/${tileIndex(n)}`
  const path = count === width ? full : `${full}.p/${count}`
  const served = await source(path)
  if (served && served.length !== count * itemBytes) return refuse(`${path} has a wrong length.`)
  const content =
    served ?? (count === width ? undefined : await source(full))?.subarray(0, count * itemBytes)
  if (content?.length !== count * itemBytes) return refuse(`${path} is missing.`)
  return content
}

/** 1234067 is x001/x234/067. */
const tileIndex = (n: number): string => {
  const groups = [String(n % 1000).padStart(3, '0')]
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`)
  return groups.join('/')
}
