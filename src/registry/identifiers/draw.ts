/** Drawing a number uniformly from all that its shape allows: whole draws are rejected, never digits. */
import assert from 'node:assert/strict'
import { type Shape, shapeFault } from './shape-rules.ts'
import { checkDigit } from './verhoeff.ts'

export type Random = (bytes: number) => Uint8Array

/** One VID draw in some 300 passes, so this many failures in a row mean a broken random source, not bad luck. */
const DRAWS_MAX = 100_000

/** Says nothing about whether the number is taken: the store claims it. */
export function drawNumber(shape: Shape, random: Random): string {
  const digits = uniformDigits(random)
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    let body = ''
    for (let i = 1; i < shape.length; i++) body += digits()
    const candidate = body + checkDigit(body)
    if (shapeFault(shape, candidate) === undefined) return candidate
  }
  assert.fail(`identifiers: no acceptable draw in ${DRAWS_MAX}`)
}

/** Bytes 250-255 are thrown away: 256 is no multiple of ten, and a remainder would favour 0-5. */
function uniformDigits(random: Random): () => number {
  let pool: Uint8Array = new Uint8Array(0)
  let at = 0
  return () => {
    for (;;) {
      if (at === pool.length) {
        pool = random(256)
        at = 0
      }
      const byte = pool[at++] ?? 255
      if (byte < 250) return byte % 10
    }
  }
}
