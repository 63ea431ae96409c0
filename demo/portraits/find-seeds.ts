/**
 * Looks for seeds whose portraits the hub's default recogniser keeps apart: `node demo/portraits/find-seeds.ts 900`. A
 * drawn face is less than a face, so many seeds look alike to a network that was trained on photographs; this finds a
 * set of which every two are far apart on every impression. Its answer is the list in `seeds.ts`.
 */
import { openFaceApi } from '../../src/biometric-hub/face/face-api/open.ts'
import { lookAtFace } from '../../src/biometric-hub/face/look.ts'
import { distanceBetween } from '../../src/biometric-hub/face/score.ts'
import { portrait } from './portrait.ts'
import { seeded } from './random.ts'

/** Small pictures first: they cost a third, and the second round measures the chosen ones in full. */
const draftWidth = 220
const minDistance = 0.615
/** Other impressions come a little nearer, so drafts must be farther apart. */
const draftDistance = 0.63
const secondRound = 70
const impressions = 3
const restarts = 600

interface Drawn {
  readonly seed: number
  readonly templates: readonly Float32Array[]
}

const upTo = Number(process.argv[2] ?? 900)
const encoder = await openFaceApi()
const drafts: Drawn[] = []
for (let seed = 1; seed <= upTo; seed++) {
  const templates = templatesOf(seed, [0], draftWidth)
  if (templates !== undefined) drafts.push({ seed, templates })
}
const shortList = farApart(drafts, draftDistance)
  .flat()
  .filter((one, index, all) => all.indexOf(one) === index)
const drawn = shortList.slice(0, secondRound).flatMap(({ seed }): Drawn[] => {
  const templates = templatesOf(seed, [...Array(impressions).keys()])
  return templates === undefined ? [] : [{ seed, templates }]
})
const [chosen = []] = farApart(drawn, minDistance)
console.log(`${drafts.length} of ${upTo} seeds have a face, ${chosen.length} are far apart:`)
console.log(
  chosen
    .map(({ seed }) => seed)
    .sort((left, right) => left - right)
    .join(', '),
)

/** Undefined when the detector sees no face, or the hub would not like it. */
function templatesOf(seed: number, which: readonly number[], width?: number) {
  const templates: Float32Array[] = []
  for (const impression of which) {
    const picture = portrait({ person: seed, impression, ...(width ? { width } : {}) })
    const look = lookAtFace(encoder, picture)
    if (look.outcome !== 'seen' || look.measures.detectionConfidence < 1) return undefined
    templates.push(look.template)
  }
  return templates
}

/** Sets of which every two are far apart, found by greedy walks in random order; the largest first. */
function farApart(from: readonly Drawn[], limit: number): Drawn[][] {
  const random = seeded(1)
  const apart = from.map((left) => from.map((right) => nearest(left, right) >= limit))
  const sets = Array.from({ length: restarts }, () => {
    let open = [...from.keys()]
    const set: number[] = []
    while (open.length > 0) {
      const left = (index: number) => open.filter((other) => apart[index]?.[other])
      // Of a few candidates, the one that leaves the most others possible.
      const tries = Array.from({ length: 8 }, () => open[Math.floor(random() * open.length)] ?? 0)
      const [next = 0] = tries.toSorted((a, b) => left(b).length - left(a).length)
      set.push(next)
      open = left(next)
    }
    return set
  })
  return sets
    .toSorted((left, right) => right.length - left.length)
    .map((set) => set.map((index) => from[index] as Drawn))
}

function nearest(left: Drawn, right: Drawn): number {
  let least = Number.POSITIVE_INFINITY
  for (const a of left.templates) {
    for (const b of right.templates) least = Math.min(least, distanceBetween(a, b))
  }
  return least
}
