/**
 * The hub's side of its worker thread: started on the first task, one task at a time under a time limit, a bounded
 * queue before it. A thread that dies or hangs costs the task it had; the next one starts a new thread with an empty
 * gallery.
 */
import { getCompileCacheDir } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { Log } from '#kernel/log/log.ts'
import { hubProblem } from '../problems.ts'
import type { Request, Response, TaskKind, Tasks } from './protocol.ts'

export interface EngineOptions {
  readonly log: Log
  /** Module of the thread. */
  readonly worker?: URL
  /** Tasks that may wait; one more is refused with `hub.busy`. */
  readonly maxWaiting?: number
  /** For one task, the start of the thread included. */
  readonly taskTimeLimitMs?: number
  /** A thread without work for this long ends and gives its memory back. */
  readonly restAfterMs?: number
  /** Asked before it ends: a large gallery is worth its memory. */
  readonly mayRest?: () => boolean
}
export interface Engine {
  /**
   * Throws Problem `hub.busy` when too much waits, `hub.unavailable` when the thread died, took too long, refused or
   * was stopped.
   */
  run<K extends TaskKind>(kind: K, ask: Tasks[K]['ask']): Promise<Tasks[K]['answer']>
  stop(): Promise<void>
}
interface Waiting {
  readonly request: Request
  readonly resolve: (answer: unknown) => void
  readonly reject: (reason: Error) => void
}

const defaults = {
  maxWaiting: 64,
  taskTimeLimitMs: 30_000,
  restAfterMs: 60_000,
  mayRest: () => true,
} as const
/**
 * Heap of the thread, MiB; pixels, tensors and the gallery lie outside of it. A small young generation is collected
 * often, and with it the pixels that it holds on to.
 */
const resourceLimits = { maxOldGenerationSizeMb: 512, maxYoungGenerationSizeMb: 8 }

export function createEngine(options: EngineOptions): Engine {
  const { maxWaiting, taskTimeLimitMs, restAfterMs, mayRest } = { ...defaults, ...options }
  const waiting: Waiting[] = []
  let running: Waiting | undefined
  let timer: NodeJS.Timeout | undefined
  let thread: Worker | undefined
  let stopped = false
  let nextId = 1

  const start = (): Worker => {
    const worker = new Worker(options.worker ?? new URL('./worker.ts', import.meta.url), {
      resourceLimits,
      // Nothing else: the environment may hold the master secret.
      env: compileCache(),
    })
    worker.on('message', (response: Response) => settle(worker, response))
    worker.on('error', (error) => lose(worker, error.name))
    worker.on('exit', (code) => lose(worker, `exit ${code}`))
    return worker
  }
  const rest = (): void => {
    if (running !== undefined || !mayRest()) return
    void thread?.terminate()
    thread = undefined
  }
  const dispatch = (): void => {
    if (running !== undefined) return
    running = waiting.shift()
    if (running === undefined) {
      // An idle thread keeps no process alive.
      thread?.unref()
      timer = setTimeout(rest, restAfterMs).unref()
      return
    }
    clearTimeout(timer)
    thread ??= start()
    thread.ref()
    const worker = thread
    timer = setTimeout(() => lose(worker, 'time limit'), taskTimeLimitMs)
    worker.postMessage(running.request)
  }
  const finish = (): Waiting | undefined => {
    clearTimeout(timer)
    const task = running
    running = undefined
    return task
  }
  const settle = (from: Worker, response: Response): void => {
    if (from !== thread || running?.request.id !== response.id) return
    const task = finish()
    if ('answer' in response) task?.resolve(response.answer)
    else {
      options.log.error({ task: task?.request.ask.kind, failure: response.failure }, 'hub task')
      task?.reject(hubProblem('hub.unavailable'))
    }
    dispatch()
  }
  const lose = (from: Worker, reason: string): void => {
    if (from !== thread) return
    thread = undefined
    void from.terminate()
    const task = finish()
    options.log.error({ task: task?.request.ask.kind, reason }, 'hub thread lost')
    task?.reject(hubProblem('hub.unavailable'))
    dispatch()
  }

  return {
    run: (kind, ask) =>
      new Promise((resolve, reject) => {
        if (stopped) return reject(hubProblem('hub.unavailable'))
        if (waiting.length >= maxWaiting) return reject(hubProblem('hub.busy'))
        const request: Request = { id: nextId++, ask: { kind, ...ask } as Request['ask'] }
        waiting.push({ request, resolve: resolve as Waiting['resolve'], reject })
        dispatch()
      }),
    async stop() {
      stopped = true
      const gone = thread
      thread = undefined
      const lost = [finish(), ...waiting.splice(0)]
      for (const task of lost) task?.reject(hubProblem('hub.unavailable'))
      await gone?.terminate()
    },
  }
}

/** With the process's compile cache the thread needs no TypeScript stripper of its own: 20 MB less. */
function compileCache(): { NODE_COMPILE_CACHE?: string } {
  const folder = getCompileCacheDir()
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder }
}
