import { readFileSync } from 'node:fs'
import test from 'ava'
import fc from 'fast-check'
import {
  consistencyPath,
  emptyRoot,
  fullRoot,
  inclusionPath,
  leafHash,
  type NodeReader,
  rangeHash,
} from '../../../src/kernel/audit/merkle.ts'
import { inclusionProof, isConsistent, sha256, treeHash } from '../../support/merkle.ts'

const vectors: { readonly leaves: readonly string[]; readonly roots: readonly string[] } =
  JSON.parse(readFileSync(new URL('../../vectors/rfc6962/trees.json', import.meta.url), 'utf8'))

const entries = Array.from({ length: 300 }, (_, i) => sha256(Buffer.from(`entry ${i}`)))
const over =
  (list: readonly Uint8Array[]): NodeReader =>
  async (level, index) =>
    fullRoot(list.slice(index * 2 ** level, (index + 1) * 2 ** level).map(leafHash))
const size = fc.integer({ min: 1, max: entries.length })

test('the shared vectors', async (t) => {
  const leaves = vectors.leaves.map((hex) => Buffer.from(hex, 'hex'))
  for (const [n, root] of vectors.roots.entries()) {
    const list = leaves.slice(0, n)
    t.is(treeHash(list).toString('hex'), root, 'by the definition')
    t.is((await rangeHash({ start: 0, end: n }, over(list))).toString('hex'), root)
  }
  t.is(emptyRoot.toString('hex'), vectors.roots[0] ?? '')
})

test('the root of a tree of any size', async (t) => {
  for (let n = 0; n <= 130; n++)
    t.deepEqual(await rangeHash({ start: 0, end: n }, over(entries)), treeHash(entries.slice(0, n)))
})

test('inclusion proofs are those of RFC 9162 §2.1.3.1', async (t) => {
  await fc.assert(
    fc.asyncProperty(size, fc.nat(), async (n, any) => {
      const index = any % n
      const proof = await Promise.all(
        inclusionPath(index, n).map((range) => rangeHash(range, over(entries))),
      )
      t.deepEqual(proof, inclusionProof(index, entries.slice(0, n)))
    }),
    { numRuns: 100 },
  )
})

test('consistency proofs satisfy RFC 9162 §2.1.4.2, and no other root does', async (t) => {
  await fc.assert(
    fc.asyncProperty(size, fc.nat(), async (n, any) => {
      const old = 1 + (any % n)
      const proof = await Promise.all(
        consistencyPath(old, n).map((range) => rangeHash(range, over(entries))),
      )
      const [before, after] = [treeHash(entries.slice(0, old)), treeHash(entries.slice(0, n))]
      t.true(isConsistent(old, n, before, after, proof))
      t.false(isConsistent(old, n, sha256(before), after, proof))
      t.false(isConsistent(old, n, before, sha256(after), proof))
    }),
    { numRuns: 100 },
  )
})

test('proofs in a tree of 2^50 leaves, where a rounded logarithm would err', (t) => {
  t.is(inclusionPath(0, 2 ** 50).length, 50)
  t.is(inclusionPath(0, 2 ** 50 - 1).length, 50)
  t.is(inclusionPath(2 ** 50 - 2, 2 ** 50 - 1).length, 49)
  t.deepEqual(inclusionPath(2 ** 50, 2 ** 50 + 1), [{ start: 0, end: 2 ** 50 }])
  t.deepEqual(consistencyPath(2 ** 50, 2 ** 50 + 1), [{ start: 2 ** 50, end: 2 ** 50 + 1 }])
  t.true(consistencyPath(2 ** 49 + 1, 2 ** 50 - 1).length <= 51)
})
