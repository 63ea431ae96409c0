/** Numbers committed leaves, extends the tree, signs a checkpoint: one batch is one transaction, all or nothing. */
import assert from 'node:assert/strict'
import type { Context } from '../context.ts'
import { type Tx, transaction } from '../db/db.ts'
import { emptyRoot, rangeHash } from './merkle.ts'
import { isSignedByCurrentKeys, signCheckpoint } from './note.ts'
import {
  addTree,
  hasPendingLeaves,
  lockTree,
  numberLeaves,
  pendingLeaves,
  putTile,
  readTile,
  readTree,
  type TreeRow,
  updateTree,
} from './store.ts'
import { extendTiles, nodesOf, openTiles, type Tile } from './tiles.ts'

/** The promise is a second; a leaf waits for one look and one batch. */
const lookMs = 200
const failedLookMs = 2000
/** Bounds the transaction, and with it the wait for SQLite's one writer: 8 to 40 ms measured on a busy machine. */
const batchLeaves = 256

/** Any number of processes may run one: they take turns on the tree's row. */
export const startSequencer = (ctx: Context): { wake(): void; stop(): Promise<void> } => {
  const stopping = new AbortController()
  let rouse: () => void = () => undefined
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, stopping.signal.aborted ? 0 : ms)
      rouse = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) await pause(await turn(ctx, stopping.signal))
  }
  const running = run()
  return {
    wake: () => rouse(),
    stop: async () => {
      stopping.abort()
      rouse()
      await running
    },
  }
}

/** Answers how long to wait before the next turn, in milliseconds. */
const turn = async (ctx: Context, signal: AbortSignal): Promise<number> => {
  try {
    await prepareTree(ctx)
    while (!signal.aborted && (await hasPendingLeaves(ctx.db)))
      if ((await sequenceBatch(ctx)) === 0) break
    return lookMs
  } catch (error) {
    ctx.log.error({ err: error }, 'the audit sequencer failed; it will try again')
    return failedLookMs
  }
}

const prepareTree = async (ctx: Context): Promise<void> => {
  const tree = await readTree(ctx.db)
  if (!tree) await makeTree(ctx)
  else if (!(await isSignedByCurrentKeys(ctx.keys, tree))) await renewSignatures(ctx)
}

/** The empty tree, named and signed; no matter who makes it first. */
export const makeTree = async (ctx: Context): Promise<void> => {
  const { host, pathname } = new URL(ctx.config.server.publicUrl)
  // the log's name for good: a house that moves to another address keeps its log
  const origin = `${host}${pathname.replace(/\/$/, '')}/log`
  const head = { origin, size: 0, root: emptyRoot }
  const checkpoint = await signCheckpoint(ctx.keys, head)
  await transaction(ctx, (tx) => addTree(tx, { ...head, checkpoint }))
}

/** A rotation of the key shows in the checkpoint at once, not only with the next leaf. */
const renewSignatures = (ctx: Context): Promise<void> =>
  transaction(ctx, async (tx) => {
    const tree = await lockTree(tx)
    assert(tree, 'the log has no tree')
    await updateTree(tx, tree.size, { ...tree, checkpoint: await signCheckpoint(ctx.keys, tree) })
  })

/** One batch; answers how many leaves it took. */
export const sequenceBatch = (ctx: Context): Promise<number> =>
  transaction(ctx, async (tx) => {
    const tree = await lockTree(tx)
    assert(tree, 'the log has no tree')
    const leaves = await pendingLeaves(tx, batchLeaves)
    if (leaves.length === 0) return 0
    await numberLeaves(
      tx,
      tree.size,
      leaves.map(({ id }) => id),
    )
    await extendTree(
      ctx,
      tx,
      tree,
      leaves.map(({ commitment }) => commitment),
    )
    return leaves.length
  })

const extendTree = async (
  ctx: Context,
  tx: Tx,
  tree: TreeRow,
  commitments: readonly Buffer[],
): Promise<void> => {
  const open: Tile[] = []
  for (const { level, tile } of openTiles(tree.size)) {
    const data = await readTile(tx, level, tile)
    assert(data, 'the tree lacks a tile')
    open.push({ level, tile, data })
  }
  const changed = extendTiles(tree.size, open, commitments)
  for (const tile of changed) await putTile(tx, tile)
  const size = tree.size + commitments.length
  // the newest of each level is the last in the list, and the root needs no other
  const edge = new Map(
    [...open, ...changed].map((tile) => [`${tile.level}/${tile.tile}`, tile.data]),
  )
  const node = nodesOf(async (level, tile) => edge.get(`${level}/${tile}`))
  const root = await rangeHash({ start: 0, end: size }, node)
  const head = { origin: tree.origin, size, root }
  await updateTree(tx, tree.size, { ...head, checkpoint: await signCheckpoint(ctx.keys, head) })
}
