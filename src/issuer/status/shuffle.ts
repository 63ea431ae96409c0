/**
 * The order in which a list's indices are given out: a Fisher-Yates shuffle drawn from a sealed seed, so that an
 * index tells nothing about when or for whom it was taken, and every process derives the same order.
 */
import assert from 'node:assert'
import { createCipheriv } from 'node:crypto'

export const seedBytes = 32

/** A permutation of 0..size-1; the same for the same seed. */
export const shuffled = (seed: Uint8Array, size: number): Uint32Array => {
  assert(seed.length === seedBytes && size > 0 && size <= 2 ** 24)
  const draw = uniformDraws(seed)
  const order = Uint32Array.from({ length: size }, (_, index) => index)
  for (let last = size - 1; last > 0; last--) {
    const other = draw(last + 1)
    const moved = order[last] as number
    order[last] = order[other] as number
    order[other] = moved
  }
  return order
}

/** 0..bound-1 without modulo bias: draws above the last whole multiple are thrown away. */
const uniformDraws = (seed: Uint8Array): ((bound: number) => number) => {
  const keystream = createCipheriv('aes-256-ctr', seed, Buffer.alloc(16))
  const block = 65_536
  let buffer = Buffer.alloc(0)
  let at = 0
  return (bound) => {
    const limit = 2 ** 32 - (2 ** 32 % bound)
    for (;;) {
      if (at >= buffer.length) {
        buffer = keystream.update(Buffer.alloc(block))
        at = 0
      }
      const value = buffer.readUInt32BE(at)
      at += 4
      if (value < limit) return value % bound
    }
  }
}
