import assert from 'node:assert/strict'
import type { Context } from '#kernel/context.ts'
import type { Tx } from '#kernel/db/db.ts'
import { type SearchOptions, type SearchResult, searchGallery } from './gallery/search.ts'
import { erase } from './gallery/store.ts'
import { identify } from './identify/identify.ts'
import { verify } from './identify/verify.ts'
import type { Assessment, Identification, Sample, SubjectRef, Verification } from './outcomes.ts'
import { hubProblem } from './problems.ts'
import { createEngine, type Engine } from './thread/engine.ts'

export interface Hub {
  assess(samples: readonly Sample[]): Promise<Assessment>
  /**
   * Enrols the subject (idempotent by reference: the same subject again replaces nothing) and searches everybody who was
   * enrolled before, exactly. Insert-then-search under one total order: of any number of simultaneous enrolments of one
   * person, exactly the first is `unique`. Throws Problem `hub.search-incomplete` rather than answering `unique` on a
   * partial scan.
   */
  identify(subject: SubjectRef, samples: readonly Sample[]): Promise<Identification>
  verify(subject: SubjectRef, samples: readonly Sample[]): Promise<Verification>
  /** In the caller's transaction: the subject leaves the gallery when it commits. */
  erase(tx: Tx, subject: SubjectRef): Promise<void>
  stop(): Promise<void>
}

/** Templates that are read again in a few seconds when the thread was at rest. */
const restBelow = 50_000

/** Cheap: threads, networks and gallery start with the first task that needs them. */
export async function createHub(ctx: Context): Promise<Hub> {
  let live = 0
  const engine = createEngine({ log: ctx.log, mayRest: () => live < restBelow })
  const search = takingTurns(async (options) => {
    const found = await searchGallery(ctx, engine, options)
    live = found.live
    return found
  })
  return {
    assess: async (samples) => assess(engine, theSample(samples)),
    identify: async (subject, samples) =>
      identify(ctx, engine, search, checked(subject), theSample(samples)),
    verify: async (subject, samples) => verify(ctx, engine, checked(subject), theSample(samples)),
    erase: async (tx, subject) => {
      await erase(tx, checked(subject))
    },
    stop: () => engine.stop(),
  }
}

async function assess(engine: Engine, sample: Sample): Promise<Assessment> {
  const look = await engine.run('look', { image: sample.image })
  if (look.outcome === 'unusable') return look
  const { quality, measures, advice, box } = look
  return { outcome: 'assessed', quality, measures, advice, box }
}

function theSample(samples: readonly Sample[]): Sample {
  const [sample, ...more] = samples
  if (sample === undefined || more.length > 0) throw hubProblem('hub.sample-count')
  return sample
}

function checked(subject: SubjectRef): SubjectRef {
  assert.match(subject, /^[\x21-\x7e]{1,64}$/, 'a subject reference is 1 to 64 ASCII characters')
  return subject
}

const maxTurnsWaiting = 256

/** Loading the gallery is a conversation with the thread; two at once would append twice. */
function takingTurns(
  work: (options: SearchOptions) => Promise<SearchResult>,
): (options: SearchOptions) => Promise<SearchResult> {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return (options) => {
    if (waiting >= maxTurnsWaiting) return Promise.reject(hubProblem('hub.busy'))
    waiting += 1
    const turn = last.then(() => work(options))
    last = turn
      .catch(() => undefined)
      .finally(() => {
        waiting -= 1
      })
    return turn
  }
}
