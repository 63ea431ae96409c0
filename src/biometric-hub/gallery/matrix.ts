/**
 * Templates in the memory of the worker thread: rows of one matrix in blocks, by rising ordinal, searched exactly. An
 * erased row is overwritten with zeros and skipped.
 */
export interface GalleryState {
  readonly modelHash: string
  readonly dimensions: number
  /** Greatest ordinal that was taken in; 0 at first. */
  readonly lastOrdinal: number
  /** Erasures that were followed; -1 before the first load. */
  readonly erasures: number
  /** Rows that a search compares when nothing limits it. */
  readonly live: number
}
export interface Hit {
  readonly ordinal: number
  /** Euclidean. */
  readonly distance: number
}
export interface Gallery {
  state(): GalleryState
  /** Refuses rows that do not follow on `after`, that are out of order, or that hold something that is no number. */
  append(after: number, ordinals: readonly number[], templates: Float32Array): void
  /** Ordinals that are not here are passed over: they were erased before they were loaded. */
  remove(ordinals: readonly number[], erasures: number): void
  search(
    probe: Float32Array,
    below: number,
    maxDistance: number,
    limit: number,
  ): { compared: number; hits: Hit[] }
}

const blockRows = 4096

export function createGallery(modelHash: string, dimensions: number): Gallery {
  const blocks: Float32Array[] = []
  /** By row; negative once erased. */
  const ordinals: number[] = []
  let lastOrdinal = 0
  let erasures = -1
  let live = 0

  return {
    state: () => ({ modelHash, dimensions, lastOrdinal, erasures, live }),
    append(after, added, templates) {
      check(after === lastOrdinal, 'rows do not follow on the gallery')
      check(templates.length === added.length * dimensions, 'templates of another length')
      check(templates.every(Number.isFinite), 'a template holds something that is no number')
      added.forEach((ordinal, index) => {
        check(ordinal > lastOrdinal, 'rows out of order')
        const row = ordinals.length
        if (row % blockRows === 0) blocks.push(new Float32Array(blockRows * dimensions))
        const template = templates.subarray(index * dimensions, (index + 1) * dimensions)
        const block = blocks[Math.floor(row / blockRows)] as Float32Array
        block.set(template, (row % blockRows) * dimensions)
        ordinals.push(ordinal)
        lastOrdinal = ordinal
        live += 1
      })
    },
    remove(gone, upTo) {
      for (const ordinal of gone) {
        const row = findRow(ordinals, ordinal)
        if (ordinals[row] !== ordinal) continue
        ordinals[row] = -ordinal
        const start = (row % blockRows) * dimensions
        blocks[Math.floor(row / blockRows)]?.fill(0, start, start + dimensions)
        live -= 1
      }
      erasures = upTo
    },
    search(probe, below, maxDistance, limit) {
      check(probe.length === dimensions, 'a probe of another length')
      check(probe.every(Number.isFinite), 'a probe holds something that is no number')
      const hits: Hit[] = []
      let compared = 0
      for (let row = 0; row < ordinals.length; row++) {
        const ordinal = ordinals[row] as number
        if (Math.abs(ordinal) >= below) break
        if (ordinal < 0) continue
        const block = blocks[Math.floor(row / blockRows)] as Float32Array
        const distance = Math.sqrt(squared(probe, block, (row % blockRows) * dimensions))
        compared += 1
        if (distance <= maxDistance) keepNearest(hits, { ordinal, distance }, limit)
      }
      return { compared, hits }
    },
  }
}

function squared(probe: Float32Array, block: Float32Array, start: number): number {
  let sum = 0
  for (let index = 0; index < probe.length; index++) {
    const difference = (probe[index] as number) - (block[start + index] as number)
    sum += difference * difference
  }
  return sum
}

/** Keeps `hits` sorted by rising distance and no longer than `limit`. */
function keepNearest(hits: Hit[], hit: Hit, limit: number): void {
  let at = hits.length
  while (at > 0 && (hits[at - 1] as Hit).distance > hit.distance) at--
  if (at >= limit) return
  hits.splice(at, 0, hit)
  if (hits.length > limit) hits.pop()
}

/** Binary search over absolute values, which rise with the row. */
function findRow(ordinals: readonly number[], ordinal: number): number {
  let low = 0
  let high = ordinals.length
  while (low < high) {
    const row = (low + high) >>> 1
    if (Math.abs(ordinals[row] as number) < ordinal) low = row + 1
    else high = row
  }
  return low
}

function check(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(`gallery: ${message}`)
}
