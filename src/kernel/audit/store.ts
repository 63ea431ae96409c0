/** SQL of the log. */
import assert from 'node:assert/strict'
import {
  type Database,
  execute,
  insert,
  insertIfAbsent,
  lockRow,
  type Reader,
  row,
  rows,
  type Tx,
  upsert,
} from '../db/db.ts'
import type { Tile } from './tiles.ts'

export interface PersonKeyRow {
  readonly id: string
  readonly sealedKey: string
}
export interface LeafRow {
  readonly id: string
  readonly keyId: string
  readonly commitment: Buffer
  readonly sealed: Buffer
  readonly position: number | undefined
}
export interface TreeRow {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  readonly checkpoint: string
}

const personKeySql = 'SELECT id, sealed_key AS sealedKey FROM audit_person_key WHERE person_ref = ?'

export const personKey = (on: Reader, personRef: string): Promise<PersonKeyRow | undefined> =>
  row<PersonKeyRow>(on, personKeySql, [personRef])

/** Reads what others committed after this transaction's snapshot, too. */
export const latestPersonKey = (tx: Tx, personRef: string): Promise<PersonKeyRow | undefined> =>
  lockRow<PersonKeyRow>(tx, personKeySql, [personRef])

export const addPersonKey = (tx: Tx, personRef: string, key: PersonKeyRow): Promise<boolean> =>
  insertIfAbsent(tx, 'audit_person_key', {
    id: key.id,
    person_ref: personRef,
    sealed_key: key.sealedKey,
  })

export const deletePersonKey = (tx: Tx, personRef: string): Promise<number> =>
  execute(tx, 'DELETE FROM audit_person_key WHERE person_ref = ?', [personRef])

/** At most `ids.length` keys; those that were destroyed are missing. */
export const personKeys = async (on: Reader, ids: readonly string[]): Promise<PersonKeyRow[]> =>
  ids.length === 0
    ? []
    : await rows<PersonKeyRow>(
        on,
        `SELECT id, sealed_key AS sealedKey FROM audit_person_key WHERE id IN (${marks(ids.length)})`,
        ids,
      )

const marks = (count: number): string => Array(count).fill('?').join(', ')

export const addLeaf = (
  tx: Tx,
  leaf: Omit<LeafRow, 'position'> & { readonly personRef: string },
): Promise<void> =>
  insert(tx, 'audit_leaf', {
    id: leaf.id,
    person_ref: leaf.personRef,
    key_id: leaf.keyId,
    commitment: leaf.commitment,
    sealed: leaf.sealed,
  })

interface StoredLeaf {
  id: string
  keyId: string
  commitment: Buffer
  sealed: Buffer
  position: number | null
}

const leafColumns = 'id, key_id AS keyId, commitment, sealed, position'

const leafOf = ({ position, ...leaf }: StoredLeaf): LeafRow => ({
  ...leaf,
  position: position === null ? undefined : Number(position),
})

/** Newest first: ids begin with their time. */
export const leavesOfPerson = async (
  on: Reader,
  personRef: string,
  page: { limit: number; before?: string | undefined },
): Promise<LeafRow[]> => {
  const found = await rows<StoredLeaf>(
    on,
    `SELECT ${leafColumns} FROM audit_leaf
     WHERE person_ref = ?${page.before === undefined ? '' : ' AND id < ?'} ORDER BY id DESC LIMIT ?`,
    [personRef, ...(page.before === undefined ? [] : [page.before]), page.limit],
  )
  return found.map(leafOf)
}

export const leafOfPerson = async (
  on: Reader,
  personRef: string,
  id: string,
): Promise<LeafRow | undefined> => {
  const found = await row<StoredLeaf>(
    on,
    `SELECT ${leafColumns} FROM audit_leaf WHERE id = ? AND person_ref = ?`,
    [id, personRef],
  )
  return found && leafOf(found)
}

/** In the order of their positions; from `start`, before `end`. */
export const leavesBetween = async (on: Reader, start: number, end: number): Promise<LeafRow[]> => {
  const found = await rows<StoredLeaf>(
    on,
    `SELECT ${leafColumns} FROM audit_leaf WHERE position >= ? AND position < ? ORDER BY position`,
    [start, end],
  )
  return found.map(leafOf)
}

/** For the self-check only: reads the whole table. */
export const leavesWithCommitment = (
  on: Reader,
  commitment: Buffer,
): Promise<{ id: string; position: number | null }[]> =>
  rows(on, 'SELECT id, position FROM audit_leaf WHERE commitment = ? LIMIT 10', [commitment])

/** Leaves that have no number, or one that the tree does not have yet; `before` is an id. */
export const leavesOutside = (
  on: Reader,
  treeSize: number,
  before: string,
  limit: number,
): Promise<{ id: string; position: number | null }[]> =>
  rows(
    on,
    `SELECT id, position FROM audit_leaf
     WHERE (position IS NULL AND id < ?) OR position >= ? ORDER BY id LIMIT ?`,
    [before, treeSize, limit],
  )

/** Oldest first. */
export const pendingLeaves = (
  on: Reader,
  limit: number,
): Promise<Pick<LeafRow, 'id' | 'commitment'>[]> =>
  rows(on, 'SELECT id, commitment FROM audit_leaf WHERE position IS NULL ORDER BY id LIMIT ?', [
    limit,
  ])

export const hasPendingLeaves = async (db: Database): Promise<boolean> =>
  (await row(db, 'SELECT id FROM audit_leaf WHERE position IS NULL LIMIT 1')) !== undefined

/** One statement looks at each of its rows once for each of its branches. */
const numberedAtOnce = 128

/** Gives `ids` the numbers from `first` on. A leaf that has a number already fails the transaction. */
export const numberLeaves = async (
  tx: Tx,
  first: number,
  ids: readonly string[],
): Promise<void> => {
  for (let from = 0; from < ids.length; from += numberedAtOnce) {
    const some = ids.slice(from, from + numberedAtOnce)
    const matched = await execute(
      tx,
      `UPDATE audit_leaf SET position = CASE id ${'WHEN ? THEN ? '.repeat(some.length)}END
       WHERE id IN (${marks(some.length)}) AND position IS NULL`,
      [...some.flatMap((id, i) => [id, first + from + i]), ...some],
    )
    assert.equal(matched, some.length, 'a leaf was numbered twice')
  }
}

const treeName = 'log'

const treeSql = 'SELECT origin, size, root, checkpoint FROM audit_tree WHERE name = ?'

const treeOf = (found: TreeRow | undefined): TreeRow | undefined =>
  found && { ...found, size: Number(found.size) }

export const readTree = async (on: Reader): Promise<TreeRow | undefined> =>
  treeOf(await row<TreeRow>(on, treeSql, [treeName]))

/** Until the transaction ends no other process extends the tree. */
export const lockTree = async (tx: Tx): Promise<TreeRow | undefined> =>
  treeOf(await lockRow<TreeRow>(tx, treeSql, [treeName]))

export const addTree = (tx: Tx, tree: TreeRow): Promise<boolean> =>
  insertIfAbsent(tx, 'audit_tree', { name: treeName, ...tree })

/** Compare-and-set on the size. */
export const updateTree = async (tx: Tx, oldSize: number, tree: TreeRow): Promise<void> => {
  const matched = await execute(
    tx,
    'UPDATE audit_tree SET size = ?, root = ?, checkpoint = ? WHERE name = ? AND size = ?',
    [tree.size, tree.root, tree.checkpoint, treeName, oldSize],
  )
  assert.equal(matched, 1, 'the tree grew under the sequencer')
}

export const readTile = async (
  on: Reader,
  level: number,
  tile: number,
): Promise<Buffer | undefined> =>
  (
    await row<{ data: Buffer }>(on, 'SELECT data FROM audit_tile WHERE level = ? AND tile = ?', [
      level,
      tile,
    ])
  )?.data

export const putTile = (tx: Tx, { level, tile, data }: Tile): Promise<void> =>
  upsert(tx, 'audit_tile', { level, tile }, { data })
