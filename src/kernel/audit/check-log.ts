/**
 * The log against itself: every hash again from the entries, every entry against its leaf, every leaf against its content.
 * What `tools/verify-log` proves from outside, and what only the house can see: leaves that never reached the tree.
 */
import type { Context } from '../context.ts'
import { openLeaf } from './leaf.ts'
import { emptyRoot, rangeHash } from './merkle.ts'
import { isCheckpointOf } from './note.ts'
import { openLogKeys } from './person-key.ts'
import {
  type LeafRow,
  leavesBetween,
  leavesOutside,
  leavesWithCommitment,
  readTile,
  readTree,
  type TreeRow,
} from './store.ts'
import {
  bundledEntryBytes,
  entriesLevel,
  extendTiles,
  nodesOf,
  openTiles,
  type Tile,
  tileWidth,
} from './tiles.ts'

export interface LogFault {
  readonly fault: /** A committed leaf without a number, a minute old. */
    | 'never-sequenced'
    /** One leaf's commitment stands at two places of the tree. */
    | 'sequenced-twice'
    /** The tree has an entry here that no leaf stands for. */
    | 'leaf-missing'
    /** A leaf carries a number that the tree does not have. */
    | 'beyond-the-tree'
    /** A leaf's commitment is not the one in the tree. */
    | 'commitment-differs'
    /** The sealed content is not what the commitment covers. */
    | 'content-altered'
    | 'tile-missing'
    | 'tile-differs'
    | 'root-differs'
    | 'checkpoint-invalid'
  /** Position in the log, or of the tile. */
  readonly at?: number
  /** Id of the leaf. */
  readonly leaf?: string
}

const faultsMax = 100
const sequencedWithinMs = 60_000

/** At most 100 faults; none means that the log is whole. Reads the whole log, a tile at a time. */
export const checkLog = async (ctx: Context): Promise<readonly LogFault[]> => {
  const faults: LogFault[] = []
  const tree = await readTree(ctx.db)
  if (!tree) return []
  faults.push(...(await checkOutside(ctx, tree)))
  let tiles: Tile[] = []
  for (let start = 0; start < tree.size && faults.length < faultsMax; start += tileWidth) {
    const end = Math.min(start + tileWidth, tree.size)
    const entries = await readEntries(ctx, start, end)
    faults.push(...(await checkLeaves(ctx, start, end, entries)))
    const grown = extendTiles(start, tiles, entries)
    faults.push(...(await checkTiles(ctx, grown)))
    tiles = edgeOf(end, [...tiles, ...grown])
  }
  // hashes of a log that is cut or torn already differ; the root would only say so again
  if (faults.every(({ fault }) => fault !== 'tile-missing' && fault !== 'leaf-missing'))
    faults.push(...(await checkHead(ctx, tree)))
  return faults.slice(0, faultsMax)
}

const checkOutside = async (ctx: Context, tree: TreeRow): Promise<LogFault[]> => {
  const old = ctx.now().getTime() - sequencedWithinMs
  // ids begin with their time in milliseconds, 48 bits in hex (RFC 9562 §5.7)
  const hex = Math.max(old, 0).toString(16).padStart(12, '0')
  const before = `${hex.slice(0, 8)}-${hex.slice(8)}`
  const outside = await leavesOutside(ctx.db, tree.size, before, faultsMax)
  // the tree may have grown since it was read
  const size = (await readTree(ctx.db))?.size ?? 0
  return outside.flatMap(({ id, position }): LogFault[] => {
    if (position === null) return [{ fault: 'never-sequenced', leaf: id }]
    return Number(position) < size
      ? []
      : [{ fault: 'beyond-the-tree', leaf: id, at: Number(position) }]
  })
}

const readEntries = async (ctx: Context, start: number, end: number): Promise<Buffer[]> => {
  const bundle = await readTile(ctx.db, entriesLevel, start / tileWidth)
  return Array.from({ length: end - start }, (_, i) =>
    Buffer.from(bundle?.subarray(i * bundledEntryBytes + 2, (i + 1) * bundledEntryBytes) ?? ''),
  )
}

const checkLeaves = async (
  ctx: Context,
  start: number,
  end: number,
  entries: readonly Buffer[],
): Promise<LogFault[]> => {
  const leaves = await leavesBetween(ctx.db, start, end)
  const byPosition = new Map(leaves.map((leaf) => [leaf.position, leaf]))
  const faults: LogFault[] = []
  for (const [i, entry] of entries.entries()) {
    const at = start + i
    const leaf = byPosition.get(at)
    if (!leaf) faults.push(await missing(ctx, at, entry))
    else if (!leaf.commitment.equals(entry))
      faults.push({ fault: 'commitment-differs', at, leaf: leaf.id })
  }
  return [...faults, ...(await checkContents(ctx, leaves))]
}

const missing = async (ctx: Context, at: number, entry: Buffer): Promise<LogFault> => {
  const [leaf] = await leavesWithCommitment(ctx.db, entry)
  return leaf ? { fault: 'sequenced-twice', at, leaf: leaf.id } : { fault: 'leaf-missing', at }
}

/** Contents whose key was destroyed are passed over: they can say nothing any more. */
const checkContents = async (ctx: Context, leaves: readonly LeafRow[]): Promise<LogFault[]> => {
  const keys = await openLogKeys(
    ctx,
    ctx.db,
    leaves.map(({ keyId }) => keyId),
  )
  return leaves.flatMap((leaf): LogFault[] => {
    const key = keys.get(leaf.keyId)
    if (!key || openLeaf(key, leaf.id, leaf)) return []
    return [
      {
        fault: 'content-altered',
        leaf: leaf.id,
        ...(leaf.position === undefined ? {} : { at: leaf.position }),
      },
    ]
  })
}

const checkTiles = async (ctx: Context, tiles: readonly Tile[]): Promise<LogFault[]> => {
  const faults: LogFault[] = []
  for (const { level, tile, data } of tiles) {
    const stored = await readTile(ctx.db, level, tile)
    if (!stored) faults.push({ fault: 'tile-missing', at: tile })
    // the log may have grown: what was checked must still be the beginning
    else if (!stored.subarray(0, data.length).equals(data))
      faults.push({ fault: 'tile-differs', at: tile })
  }
  return faults
}

/** The tiles that the next leaves would change. */
const edgeOf = (size: number, tiles: readonly Tile[]): Tile[] => {
  const byName = new Map(tiles.map((tile) => [`${tile.level}/${tile.tile}`, tile]))
  return openTiles(size).flatMap(({ level, tile }) => byName.get(`${level}/${tile}`) ?? [])
}

const checkHead = async (ctx: Context, tree: TreeRow): Promise<LogFault[]> => {
  const node = nodesOf((level, tile) => readTile(ctx.db, level, tile))
  const root = tree.size === 0 ? emptyRoot : await rangeHash({ start: 0, end: tree.size }, node)
  if (!root.equals(tree.root)) return [{ fault: 'root-differs' }]
  const valid = await isCheckpointOf(ctx.keys, tree, tree.checkpoint)
  return valid ? [] : [{ fault: 'checkpoint-invalid' }]
}
