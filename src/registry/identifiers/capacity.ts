/**
 * How many numbers a shape holds: counted exactly, so that a country learns at start-up, and not after its first
 * fifty million people, that its UINs run out (MOSIP's default ten digits hold 58,106,898).
 *
 * All rules but `repeated-pair` look at three neighbours at most, so the last two digits are all the memory they need.
 * `repeated-pair` remembers every pair; it is counted by meeting in the middle:
 *   1. list all valid left halves and right halves, each with its set of pairs and its share of the check product;
 *   2. group them by the two digits next to the cut and by that share;
 *   3. for each two groups that fit together, count the couples of halves without a common pair, 32 at a time: for
 *      each pair of digits, a bit set says which right halves hold it.
 *   4. take away the numbers with mirrored ends, of which there are few enough to list.
 * Twelve digits take a few seconds of one core.
 */
import assert from 'node:assert/strict'
import { type Shape, type ShapeRule, shapeFault, shapeRules } from './shape-rules.ts'
import { multiply, permutations } from './verhoeff.ts'

/** 13 digits hold some 18 thousand million UINs: nobody needs more, and the list of step 4 stays short. */
export const DIGITS_MAX = 13

/** Halves that look alike from the other side of the cut. */
interface Group {
  /** The two digits next to the cut. */
  readonly near: readonly [number, number]
  /** Product of this half's permuted digits in D5. */
  readonly product: number
  /** The pairs inside each half, 10 * first + second, one half after the other. */
  readonly pairs: number[]
  size: number
}
/** Which halves of a group hold a pair: for each of 100 pairs, `words` words of one bit a half. */
interface Holders {
  readonly words: number
  readonly bits: Uint32Array
}

/**
 * @param shape 4 to 13 digits; `repeated-pair` requires `near-repeat` (without it overlapping pairs would count
 *   twice), `mirrored-ends` requires ten digits, `repeated-triple` is not counted.
 */
export function capacity(shape: Shape): bigint {
  const has = (rule: ShapeRule) => shape.rules.includes(rule)
  assert(shape.length >= 4 && shape.length <= DIGITS_MAX, `capacity: 4 to ${DIGITS_MAX} digits`)
  assert(!has('repeated-triple'), 'capacity: repeated-triple is not counted')
  assert(
    !has('repeated-pair') || has('near-repeat'),
    'capacity: repeated-pair requires near-repeat',
  )
  assert(!has('mirrored-ends') || shape.length >= 10, 'capacity: mirrored-ends requires ten digits')
  const count = has('repeated-pair') ? countByHalves(shape) : countByMemory(shape)
  return has('mirrored-ends') ? count - countMirrored(shape) : count
}

/** Numbers that break `mirrored-ends` and nothing else. */
function countMirrored(shape: Shape): bigint {
  const others = { ...shape, rules: shape.rules.filter((rule) => rule !== 'mirrored-ends') }
  const { two, three, starts } = neighbours(others.rules)
  const free = shape.length - 5
  let count = 0n
  const grow = (text: string, pair: number): void => {
    if (text.length === free) {
      const number = text + [...text.slice(0, 5)].reverse().join('')
      if (shapeFault(others, number) === undefined) count++
      return
    }
    for (let digit = 0; digit < 10; digit++) {
      const next = (pair % 10) * 10 + digit
      if (text.length === 0 ? !starts[digit] : !two[next]) continue
      if (text.length > 1 && !three[pair * 10 + digit]) continue
      grow(text + digit, next)
    }
  }
  grow('', 0)
  return count
}

/** What may stand side by side, from the rules themselves. */
function neighbours(rules: readonly ShapeRule[]) {
  const local = rules.filter(
    (rule) => !rule.startsWith('repeated-') && rule !== 'leading-zero-or-one',
  )
  const fits = (text: string) => !local.some((rule) => shapeRules[rule].test(text))
  const two = Array.from({ length: 100 }, (_, n) => fits(String(n).padStart(2, '0')))
  const three = Array.from({ length: 1000 }, (_, n) => fits(String(n).padStart(3, '0')))
  const starts = Array.from(
    { length: 10 },
    (_, n) =>
      !rules.includes('leading-zero-or-one') || !shapeRules['leading-zero-or-one'].test(String(n)),
  )
  return { two, three, starts }
}

/** The digit at `place` (0 is leftmost) multiplies from the left: check products run from the right end. */
const share = (length: number, place: number, digit: number): number =>
  permutations[(length - 1 - place) % 8]?.[digit] ?? 0

function countByMemory({ length, rules }: Shape): bigint {
  const { two, three, starts } = neighbours(rules)
  // counts[(before last * 10 + last) * 10 + product]
  let counts = new Array<bigint>(1000).fill(0n)
  for (let a = 0; a < 10; a++) {
    for (let b = 0; b < 10; b++) {
      if (!starts[a] || !two[a * 10 + b]) continue
      const product = multiply(share(length, 1, b), share(length, 0, a))
      counts[(a * 10 + b) * 10 + product] = 1n
    }
  }
  for (let place = 2; place < length; place++) {
    const next = new Array<bigint>(1000).fill(0n)
    counts.forEach((count, state) => {
      if (count === 0n) return
      const pair = Math.floor(state / 10)
      for (let digit = 0; digit < 10; digit++) {
        if (!three[pair * 10 + digit]) continue
        const to =
          (pair % 10) * 100 + digit * 10 + multiply(share(length, place, digit), state % 10)
        next[to] = (next[to] ?? 0n) + count
      }
    })
    counts = next
  }
  return counts.reduce((sum, count, state) => (state % 10 === 0 ? sum + count : sum), 0n)
}

function countByHalves(shape: Shape): bigint {
  const rule = neighbours(shape.rules)
  const cut = Math.ceil(shape.length / 2)
  const left = listHalves(shape, rule, 0, cut)
  const right = listHalves(shape, rule, cut, shape.length)
  let total = 0n
  for (const b of right) {
    const holders = indexByPair(b, shape.length - cut - 1)
    const [b1, b2] = b.near
    for (const a of left) {
      const [a1, a2] = a.near
      const across = a2 * 10 + b1
      if (multiply(b.product, a.product) !== 0 || !rule.two[across]) continue
      if (!rule.three[a1 * 100 + across] || !rule.three[across * 10 + b2]) continue
      total += BigInt(countDisjoint(Uint8Array.from(a.pairs), cut - 1, holders, b.size, across))
    }
  }
  return total
}

/** All valid digit strings for places `from` to `to - 1`, grouped. */
function listHalves(
  { length }: Shape,
  { two, three, starts }: ReturnType<typeof neighbours>,
  from: number,
  to: number,
): Group[] {
  const groups = new Map<number, Group>()
  const digits: number[] = []
  const used: number[] = []
  const keep = (product: number): void => {
    const [x = 0, y = 0] = from === 0 ? digits.slice(-2) : digits.slice(0, 2)
    const key = (x * 10 + y) * 10 + product
    let group = groups.get(key)
    if (group === undefined) {
      group = { near: [x, y], product, pairs: [], size: 0 }
      groups.set(key, group)
    }
    group.size++
    group.pairs.push(...used)
  }
  const grow = (product: number): void => {
    const place = from + digits.length
    if (place === to) {
      keep(product)
      return
    }
    const last = digits.at(-1)
    const before = digits.at(-2)
    for (let digit = 0; digit < 10; digit++) {
      if (place === 0 && !starts[digit]) continue
      const pair = (last ?? 0) * 10 + digit
      if (last !== undefined && (!two[pair] || used.includes(pair))) continue
      if (before !== undefined && !three[before * 100 + pair]) continue
      digits.push(digit)
      if (last !== undefined) used.push(pair)
      grow(multiply(share(length, place, digit), product))
      digits.pop()
      if (last !== undefined) used.pop()
    }
  }
  grow(0)
  return [...groups.values()]
}

function indexByPair(group: Group, pairsEach: number): Holders {
  const words = Math.ceil(group.size / 32)
  const bits = new Uint32Array(100 * words)
  group.pairs.forEach((pair, i) => {
    const half = Math.floor(i / pairsEach)
    const word = pair * words + (half >>> 5)
    bits[word] = (bits[word] ?? 0) | (1 << (half & 31))
  })
  return { words, bits }
}

/** Couples of one half of `pairs` and one indexed half that share no pair, the one across the cut included. */
function countDisjoint(
  pairs: Uint8Array,
  pairsEach: number,
  { words, bits }: Holders,
  size: number,
  across: number,
): number {
  let count = 0
  const seen = new Uint32Array(words)
  for (let start = 0; start < pairs.length; start += pairsEach) {
    seen.set(bits.subarray(across * words, (across + 1) * words))
    let crosses = false
    for (let i = start; i < start + pairsEach; i++) {
      const pair = pairs[i] as number
      if (pair === across) crosses = true
      const row = pair * words
      for (let word = 0; word < words; word++) {
        seen[word] = (seen[word] as number) | (bits[row + word] as number)
      }
    }
    if (crosses) continue
    count += size
    for (let word = 0; word < words; word++) count -= ones(seen[word] as number)
  }
  return count
}

function ones(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555)
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333)
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
