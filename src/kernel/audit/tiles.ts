/** The tree cut into tiles (C2SP tlog-tiles): 256 hashes wide, eight levels of the tree high; and bundles of entries. */
import assert from 'node:assert/strict'
import { fullRoot, leafHash, type NodeReader } from './merkle.ts'

export const tileWidth = 256
const tileHeight = 8
export const hashBytes = 32
/** In the house's tables entry bundles are tiles of this level. */
export const entriesLevel = -1
/** Behind its length in two bytes (tlog-tiles §Log entries) stands the commitment. */
export const bundledEntryBytes = 2 + hashBytes

export interface Tile {
  readonly level: number
  /** The n-th of its level. */
  readonly tile: number
  readonly data: Buffer
}
export type TileReader = (level: number, tile: number) => Promise<Buffer | undefined>

/** How many hashes, or entries, a tree of `size` has at a tile level. */
export const countAt = (level: number, size: number): number =>
  level === entriesLevel ? size : Math.floor(size / tileWidth ** level)

/** The tiles that are partial in a tree of `size`, which growing it must read; none when it is empty. */
export const openTiles = (size: number): Pick<Tile, 'level' | 'tile'>[] => {
  const found: Pick<Tile, 'level' | 'tile'>[] = []
  for (let level = entriesLevel; countAt(level, size) > 0; level++) {
    const count = countAt(level, size)
    if (count % tileWidth > 0) found.push({ level, tile: Math.floor(count / tileWidth) })
  }
  return found
}

/** Appends commitments to a tree of `size` whose open tiles are `open`. Answers every tile that changed. */
export const extendTiles = (
  size: number,
  open: readonly Tile[],
  commitments: readonly Buffer[],
): Tile[] => {
  const parts = new Map(open.map((tile) => [tile.level, cut(tile)]))
  const counts = new Map<number, number>()
  const changed = new Map<string, Tile>()
  const push = (level: number, item: Buffer): void => {
    const count = (counts.get(level) ?? countAt(level, size)) + 1
    counts.set(level, count)
    const items = parts.get(level) ?? []
    items.push(item)
    parts.set(level, items)
    if (items.length < tileWidth) return
    put(level, items, count)
    parts.set(level, [])
    if (level !== entriesLevel) push(level + 1, fullRoot(items))
  }
  const put = (level: number, items: readonly Buffer[], count: number): void => {
    const tile = Math.floor((count - 1) / tileWidth)
    changed.set(`${level}/${tile}`, { level, tile, data: Buffer.concat(items) })
  }
  for (const commitment of commitments) {
    push(entriesLevel, bundled(commitment))
    push(0, leafHash(commitment))
  }
  for (const [level, count] of counts) {
    const items = parts.get(level) ?? []
    if (items.length > 0) put(level, items, count)
  }
  return [...changed.values()]
}

const bundled = (commitment: Buffer): Buffer => {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(commitment.length)
  return Buffer.concat([length, commitment])
}

export const itemBytes = (level: number): number =>
  level === entriesLevel ? bundledEntryBytes : hashBytes

const cut = ({ level, data }: Pick<Tile, 'level' | 'data'>): Buffer[] => {
  const step = itemBytes(level)
  return Array.from({ length: data.length / step }, (_, i) =>
    data.subarray(i * step, (i + 1) * step),
  )
}

/** Nodes between the levels that tiles store are hashed from the tile below them. Reads each tile once. */
export const nodesOf = (read: TileReader): NodeReader => {
  const seen = new Map<string, Promise<Buffer | undefined>>()
  const readOnce = (level: number, tile: number) => {
    const key = `${level}/${tile}`
    const reading = seen.get(key) ?? read(level, tile)
    seen.set(key, reading)
    return reading
  }
  return async (level, index) => {
    const tileLevel = Math.floor(level / tileHeight)
    const width = 2 ** (level % tileHeight)
    const first = index * width
    const data = await readOnce(tileLevel, Math.floor(first / tileWidth))
    const from = (first % tileWidth) * hashBytes
    const part = data?.subarray(from, from + width * hashBytes)
    assert(part?.length === width * hashBytes, 'the tree lacks a tile')
    return fullRoot(cut({ level: tileLevel, data: part }))
  }
}
