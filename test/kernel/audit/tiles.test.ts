import test from 'ava'
import fc from 'fast-check'
import { rangeHash } from '../../../src/kernel/audit/merkle.ts'
import { parseTilePath } from '../../../src/kernel/audit/tile-path.ts'
import {
  entriesLevel,
  extendTiles,
  nodesOf,
  openTiles,
  type Tile,
} from '../../../src/kernel/audit/tiles.ts'
import { sha256, treeHash } from '../../support/merkle.ts'

const commitments = Array.from({ length: 2000 }, (_, i) => sha256(Buffer.from(`c ${i}`)))

/** Grows a log by batches, as the sequencer does: only open tiles are read, changed ones written. */
const grow = (batches: readonly (readonly Buffer[])[]): Map<string, Tile> => {
  const stored = new Map<string, Tile>()
  let size = 0
  for (const batch of batches) {
    const open = openTiles(size).flatMap(({ level, tile }) => stored.get(`${level}/${tile}`) ?? [])
    for (const tile of extendTiles(size, open, batch))
      stored.set(`${tile.level}/${tile.tile}`, tile)
    size += batch.length
  }
  return stored
}

test('however a log is cut into batches, its tiles are the same, and its root is the tree’s', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 6 }),
      async (sizes) => {
        let from = 0
        const batches = sizes.flatMap((n) => {
          const batch = commitments.slice(from, from + n)
          from += batch.length
          return batch.length > 0 ? [batch] : []
        })
        const stored = grow(batches)
        t.deepEqual(
          new Map([...stored].sort()),
          new Map([...grow([commitments.slice(0, from)])].sort()),
        )
        const node = nodesOf(async (level, tile) => stored.get(`${level}/${tile}`)?.data)
        t.deepEqual(
          await rangeHash({ start: 0, end: from }, node),
          treeHash(commitments.slice(0, from)),
        )
      },
    ),
    { numRuns: 15 },
  )
})

test('a tree of 70,000 leaves has the tiles of tlog-tiles §Partial Tiles', (t) => {
  const many = Array.from({ length: 70_000 }, () => commitments[0] ?? Buffer.alloc(32))
  const stored = [...grow([many.slice(0, 65_000), many.slice(65_000)]).values()]
  const widths = (level: number) =>
    stored
      .filter((tile) => tile.level === level)
      .map(({ data }) => data.length / (level === entriesLevel ? 34 : 32))
  t.is(widths(0).filter((width) => width === 256).length, 273)
  t.deepEqual(widths(0).slice(273), [112])
  t.deepEqual(widths(entriesLevel).slice(273), [112])
  t.deepEqual(widths(1), [256, 17])
  t.deepEqual(widths(2), [1])
  t.deepEqual(widths(3), [])
})

test('a tree of 256 leaves has a full tile and one of width 1 above it', (t) => {
  t.deepEqual(
    [...grow([commitments.slice(0, 256)]).values()].map(({ level, data }) => [level, data.length]),
    [
      [entriesLevel, 256 * 34],
      [0, 256 * 32],
      [1, 32],
    ],
  )
})

test('names of tiles have one spelling', (t) => {
  const at = (path: string) => parseTilePath(path.split('/'))
  t.deepEqual(at('0/x001/x234/067'), { level: 0, tile: 1_234_067, width: 256 })
  t.deepEqual(at('entries/000.p/1'), { level: entriesLevel, tile: 0, width: 1 })
  t.deepEqual(at('63/005.p/255'), { level: 63, tile: 5, width: 255 })
  for (const wrong of [
    '64/000',
    '-1/000',
    '00/000',
    '0/0',
    '0/00',
    '0/0000',
    '0/x000/001',
    '0/001/001',
    '0/x001',
    '0/000.p/0',
    '0/000.p/256',
    '0/000.p/01',
    '0/000.p/',
    '0/000.p',
    '0/000/',
    'entries/',
    'x/000',
    '0/x001/x002/x003/x004/005',
    '0/abc',
    '0/..',
    '%30/000',
  ])
    t.is(at(wrong), undefined, wrong)
})

test('every tile has a name that reads back as itself', (t) => {
  fc.assert(
    fc.property(
      fc.nat(63),
      fc.nat(999_999_999_999),
      fc.integer({ min: 1, max: 256 }),
      (level, tile, width) => {
        const digits = String(tile).padStart(3 * Math.ceil(String(tile).length / 3), '0')
        const groups = digits.match(/\d{3}/g) ?? []
        const index = groups
          .map((group, i) => (i < groups.length - 1 ? `x${group}` : group))
          .join('/')
        const path = `${level}/${index}${width === 256 ? '' : `.p/${width}`}`
        t.deepEqual(parseTilePath(path.split('/')), { level, tile, width })
      },
    ),
  )
})
