/**
 * The performance card of the default face model: `node bench/accuracy/face.ts > docs/cards/face.md`. Compares every
 * picture with every other one, on the photographs of `../shared/data/face` where they lie beside the project and on
 * the painted portraits that come with it.
 */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { basename, join } from 'node:path'
import { openFaceApi } from '../../src/biometric-hub/face/face-api/open.ts'
import { lookAtFace } from '../../src/biometric-hub/face/look.ts'
import { distanceBetween, toDistance } from '../../src/biometric-hub/face/score.ts'

const root = join(import.meta.dirname, '..', '..')
const sets = [
  {
    name: 'photographs (`../shared/data/face`, public test set of an open-source library; not part of the project)',
    folder: join(root, '..', 'shared', 'data', 'face'),
    person: /^(person\d+)_/,
  },
  {
    name: 'painted portraits (`demo/portraits`; their persons were chosen to lie apart)',
    folder: join(root, 'demo', 'portraits'),
    person: /^(person-\d+)-/,
  },
] as const
const thresholds = JSON.parse(
  readFileSync(join(root, 'config', 'countries', 'demo', 'thresholds.json'), 'utf8'),
) as { faceQuality: number; faceIdentify: number; faceVerify: number }

interface Picture {
  readonly person: string
  readonly template: Float32Array
  readonly quality: number
  readonly ms: number
}

const encoder = await openFaceApi()
console.log(`# Performance card: face

Made by \`node bench/accuracy/face.ts\`. Terms follow ISO/IEC 19795-1: FMR and FNMR count comparisons.

- Model \`${encoder.name}\`, SHA-256 \`${encoder.modelHash}\`: the networks in @vladmandic/face-api 1.7.15 (MIT). The
  package does not document whose faces they were trained on. **Not evaluated for any country's population.**
- Template: ${encoder.dimensions} numbers. Score: 1 - d/1.2 for the Euclidean distance d.
- Thresholds of the demo country: identification ${thresholds.faceIdentify} (d <= ${distance(thresholds.faceIdentify)}), verification ${thresholds.faceVerify} (d <= ${distance(thresholds.faceVerify)}).
  Identification is the looser one: a duplicate that is missed costs a second number, one too many costs an adjudicator a minute.`)
for (const set of sets) describe(set)
console.log(`
## How to read this

The photographs are 13 pictures of 6 persons, too few for a claim: with no error in n comparisons the upper bound at
95 % is printed, and comparisons that share a picture are not independent. The equal error rate of such a set says only
that the two groups of distances do not overlap. The portraits are drawings; they prove that the pipe works, nothing
about people. Nothing was trained or tuned on either set, except that the thresholds were chosen on the photographs and
the portraits' persons by the portraits' distances.`)

function describe({ name, folder, person }: (typeof sets)[number]): void {
  console.log(`\n## Set: ${name}\n`)
  if (!existsSync(folder)) {
    console.log('Skipped: the folder is not there.')
    return
  }
  const files = globSync('*.jpg', { cwd: folder }).toSorted()
  const pictures = files.flatMap((file): Picture[] => {
    const image = readFileSync(join(folder, file))
    const start = performance.now()
    const look = lookAtFace(encoder, image)
    const ms = performance.now() - start
    if (look.outcome === 'unusable') return []
    const { template, quality } = look
    return [{ person: person.exec(basename(file))?.[1] ?? file, template, quality, ms }]
  })
  const genuine: number[] = []
  const impostor: number[] = []
  pictures.forEach((left, index) => {
    for (const right of pictures.slice(index + 1)) {
      const group = left.person === right.person ? genuine : impostor
      group.push(distanceBetween(left.template, right.template))
    }
  })
  const persons = new Set(pictures.map((picture) => picture.person)).size
  const middle = (values: readonly number[]) =>
    (values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0).toFixed(3)
  console.log(`${files.length} pictures, ${pictures.length} with a usable face, of ${persons} persons; ${genuine.length} genuine and ${impostor.length} impostor comparisons.

| | genuine | impostor |
|---|---|---|
| nearest distance | ${Math.min(...genuine).toFixed(3)} | ${Math.min(...impostor).toFixed(3)} |
| median distance | ${middle(genuine)} | ${middle(impostor)} |
| farthest distance | ${Math.max(...genuine).toFixed(3)} | ${Math.max(...impostor).toFixed(3)} |

| | non-matches of ${genuine.length} genuine | matches of ${impostor.length} impostor |
|---|---|---|
| at the threshold of identification | ${errors(genuine, (d) => d > toDistance(thresholds.faceIdentify))} | ${errors(impostor, (d) => d <= toDistance(thresholds.faceIdentify))} |
| at the threshold of verification | ${errors(genuine, (d) => d > toDistance(thresholds.faceVerify))} | ${errors(impostor, (d) => d <= toDistance(thresholds.faceVerify))} |

Equal error rate ${(100 * equalErrorRate(genuine, impostor)).toFixed(1)} %. Quality ${Math.min(...pictures.map(({ quality }) => quality))} to ${Math.max(...pictures.map(({ quality }) => quality))} of 100, ${pictures.filter(({ quality }) => quality < thresholds.faceQuality).length} below the threshold ${thresholds.faceQuality}.
One look (decode, detect, landmarks, quality, template): median ${Math.round(Number(middle(pictures.map(({ ms }) => ms))))} ms on one core of ${cpus()[0]?.model.trim() ?? 'an unknown processor'}, shared with other work.`)
}

/** Count, rate, and for none the upper bound of the rate at 95 % (Clopper and Pearson 1934). */
function errors(distances: readonly number[], wrong: (distance: number) => boolean): string {
  const count = distances.filter(wrong).length
  if (count > 0) return `${count} (${((100 * count) / distances.length).toFixed(1)} %)`
  return `0 (<= ${(100 * (1 - 0.05 ** (1 / distances.length))).toFixed(1)} %)`
}

/** Least value, over all thresholds, of the greater one of the two error rates. */
function equalErrorRate(genuine: readonly number[], impostor: readonly number[]): number {
  const rates = [...genuine, ...impostor].map((limit) =>
    Math.max(
      genuine.filter((d) => d > limit).length / genuine.length,
      impostor.filter((d) => d <= limit).length / impostor.length,
    ),
  )
  return Math.min(...rates)
}

function distance(score: number): string {
  return toDistance(score).toFixed(3)
}
