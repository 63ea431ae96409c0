/** The log's read API: C2SP tlog-tiles under `/log`, the verifier keys, and consistency proofs for light clients. */
import { z } from 'zod'
import type { Context } from '../context.ts'
import { type Reply, type Route, route } from '../http/http.ts'
import { verifierKeys } from './note.ts'
import { auditProblem } from './problems.ts'
import { consistencyProof } from './read.ts'
import { readTile, readTree, type TreeRow } from './store.ts'
import { parseTilePath, type TileName } from './tile-path.ts'
import { countAt, itemBytes, tileWidth } from './tiles.ts'

export const auditRoutes = (ctx: Context): readonly Route[] => [
  route({
    method: 'GET',
    path: '/log/checkpoint',
    summary: "The transparency log's newest signed tree head (C2SP tlog-checkpoint).",
    cors: true,
    handle: async () => text((await treeOf(ctx)).checkpoint),
  }),
  route({
    method: 'GET',
    path: '/log/key',
    summary:
      "The log's verifier keys (C2SP signed-note), the signing one first, then its successor.",
    cors: true,
    handle: async () => {
      const keys = await verifierKeys(ctx.keys, (await treeOf(ctx)).origin)
      return text(`${keys.join('\n')}\n`)
    },
  }),
  route({
    method: 'GET',
    path: '/log/consistency/:old/:size',
    summary: 'A consistency proof between two tree sizes (RFC 9162 §2.1.4).',
    cors: true,
    params: z.object({ old: treeSize, size: treeSize }),
    handle: async ({ params: { old, size } }) => {
      const proof = await consistencyProof(ctx, old, size)
      if (!proof) throw auditProblem('log.no-such-resource')
      return { headers: forGood, json: { proof } }
    },
  }),
  ...tileDepths.map((depth) => tileRoute(ctx, depth)),
]

/** What stands at these addresses never changes. */
const forGood = { 'cache-control': 'public, max-age=31536000, immutable' }

const text = (content: string): Reply => ({
  headers: { 'cache-control': 'no-cache', 'content-type': 'text/plain; charset=utf-8' },
  text: content,
})

const treeSize = z
  .string()
  .regex(/^[1-9]\d{0,15}$/)
  .transform(Number)

/** Path elements after the level: an index of up to 10^12 tiles in threes, and the width of a partial tile. */
const tileDepths = [1, 2, 3, 4, 5] as const
const segmentNames = ['a', 'b', 'c', 'd', 'e'] as const

const segment = z.string().max(8)

const tileRoute = (ctx: Context, depth: (typeof tileDepths)[number]): Route => {
  const names = segmentNames.slice(0, depth)
  return route({
    method: 'GET',
    path: `/log/tile/:level/${names.map((name) => `:${name}`).join('/')}`,
    summary: 'Hashes of the tree, or a bundle of its entries (C2SP tlog-tiles).',
    cors: true,
    params: z.object({ level: segment }).catchall(segment),
    handle: async ({ params }) => {
      const name = parseTilePath([params.level, ...names.map((part) => params[part] ?? '')])
      const data = name && (await tileData(ctx, name))
      if (!data) throw auditProblem('log.no-such-resource')
      return { headers: forGood, bytes: { type: 'application/octet-stream', data } }
    },
  })
}

/** Any partial tile that once was is the beginning of what is there now. */
const tileData = async (
  ctx: Context,
  { level, tile, width }: TileName,
): Promise<Buffer | undefined> => {
  const tree = await treeOf(ctx)
  if (countAt(level, tree.size) < tile * tileWidth + width) return undefined
  return (await readTile(ctx.db, level, tile))?.subarray(0, width * itemBytes(level))
}

const treeOf = async (ctx: Context): Promise<TreeRow> => {
  const tree = await readTree(ctx.db)
  if (!tree) throw auditProblem('log.no-such-resource')
  return tree
}
