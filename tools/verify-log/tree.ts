/**
 * A Merkle tree that only grows (RFC 9162 §2.1.1), kept as its row of full subtrees, like the digits of a binary number:
 * adding a leaf adds one and carries. Nothing here comes from the program that wrote the log.
 */
import { createHash } from 'node:crypto'

export interface GrowingTree {
  size: number
  /** Roots of full subtrees, largest first; their sizes are the ones in the binary form of `size`. */
  readonly peaks: { readonly leaves: number; readonly root: Buffer }[]
}

export const emptyTree = (): GrowingTree => ({ size: 0, peaks: [] })

export const addLeaf = (tree: GrowingTree, leaf: Buffer): void => {
  let top = { leaves: 1, root: leaf }
  for (let last = tree.peaks.at(-1); last?.leaves === top.leaves; last = tree.peaks.at(-1)) {
    tree.peaks.pop()
    top = { leaves: 2 * top.leaves, root: parent(last.root, top.root) }
  }
  tree.peaks.push(top)
  tree.size += 1
}

export const rootOf = ({ peaks }: GrowingTree): Buffer => {
  const [last, ...larger] = [...peaks].reverse()
  if (!last) return createHash('sha256').digest()
  return larger.reduce((right, { root }) => parent(root, right), last.root)
}

export const leafHash = (entry: Uint8Array): Buffer =>
  createHash('sha256').update(Buffer.of(0)).update(entry).digest()

const parent = (left: Buffer, right: Buffer): Buffer =>
  createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest()

/**
 * The root that an inclusion proof leads to; undefined when the proof has the wrong length. Goes up the tree as it is
 * drawn: at each height the node has a sibling, or it is the last of its row and moves up alone.
 */
export const climb = (
  leaf: Buffer,
  index: number,
  size: number,
  proof: readonly Buffer[],
): Buffer | undefined => {
  const siblings = [...proof]
  let node = leaf
  let position = index
  for (let row = size; row > 1; row = Math.ceil(row / 2)) {
    const isLeft = position % 2 === 0
    const isAlone = isLeft && position === row - 1
    if (!isAlone) {
      const sibling = siblings.shift()
      if (!sibling) return undefined
      node = isLeft ? parent(node, sibling) : parent(sibling, node)
    }
    position = Math.floor(position / 2)
  }
  return siblings.length === 0 ? node : undefined
}
