/** Exact search over the whole gallery: brings the thread's memory up to date, counts, searches, counts again. */
import type { Context } from '#kernel/context.ts'
import { Problem } from '#kernel/problems.ts'
import { hubProblem } from '../problems.ts'
import type { Engine } from '../thread/engine.ts'
import type { GalleryState, Hit } from './matrix.ts'
import { type Head, listErasures, listReferences, readHead } from './store.ts'
import { openTemplate } from './template.ts'

export interface SearchOptions {
  readonly probe: Float32Array
  /** Compares with everybody who was enrolled before this ordinal. */
  readonly below: number
  readonly maxDistance: number
  readonly limit: number
}
export interface SearchResult {
  readonly compared: number
  /** Templates in the thread's memory. */
  readonly live: number
  /** By rising distance. */
  readonly hits: readonly Hit[]
}
const batchSize = 256
/** Another process may enrol and erase while we load. */
const maxRounds = 4

/**
 * Throws Problem `hub.search-incomplete` when the templates in memory are not exactly those of the table, when one was
 * made by another model, or can not be opened. Callers take turns: see `createHub`.
 */
export async function searchGallery(
  ctx: Context,
  engine: Engine,
  options: SearchOptions,
): Promise<SearchResult> {
  for (let round = 0; round < maxRounds; round++) {
    const head = await readHead(ctx.db)
    if (head === undefined || head.lastOrdinal < options.below) break
    const state = await follow(ctx, engine, head)
    if (state === undefined || state.live !== head.live) continue
    return { ...(await engine.run('search', options)), live: state.live }
  }
  throw hubProblem('hub.search-incomplete')
}

/** Loads what the thread does not have, up to `head`. Undefined when the thread was replaced meanwhile. */
async function follow(ctx: Context, engine: Engine, head: Head): Promise<GalleryState | undefined> {
  let state = await engine.run('state', {})
  // An empty gallery has nothing to erase: all that it will read is later than these erasures.
  if (state.erasures < 0)
    state = await engine.run('remove', { ordinals: [], erasures: head.erasures })
  while (state.lastOrdinal < head.lastOrdinal) {
    const range = { after: state.lastOrdinal, upTo: head.lastOrdinal }
    const references = await listReferences(ctx.db, range, batchSize)
    if (references.length === 0) break
    const templates = new Float32Array(references.length * state.dimensions)
    for (const [index, reference] of references.entries()) {
      if (reference.model !== state.modelHash) return refuse(ctx, 'other model', reference.ordinal)
      const template = await openOrRefuse(ctx, reference)
      if (template.length !== state.dimensions) return refuse(ctx, 'length', reference.ordinal)
      templates.set(template, index * state.dimensions)
    }
    const ordinals = references.map(({ ordinal }) => Number(ordinal))
    state = await engine.run('append', { after: state.lastOrdinal, ordinals, templates })
  }
  while (state.erasures < head.erasures) {
    const erasures = await listErasures(ctx.db, state.erasures, batchSize)
    const last = erasures.at(-1)
    if (last === undefined) return undefined
    state = await engine.run('remove', {
      ordinals: erasures.map(({ ordinal }) => Number(ordinal)),
      erasures: Number(last.number),
    })
  }
  return state
}

async function openOrRefuse(
  ctx: Context,
  reference: Parameters<typeof openTemplate>[1],
): Promise<Float32Array> {
  try {
    return await openTemplate(ctx, reference)
  } catch (error) {
    if (error instanceof Problem) return refuse(ctx, error.code, reference.ordinal)
    throw error
  }
}

/** An operator must look: until then nobody is found new. */
function refuse(ctx: Context, reason: string, ordinal: number): never {
  ctx.log.error({ reason, ordinal }, 'gallery row can not be searched')
  throw hubProblem('hub.search-incomplete')
}
