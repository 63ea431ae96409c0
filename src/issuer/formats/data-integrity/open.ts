/**
 * Data Integrity proofs (W3C vc-di-eddsa, `eddsa-rdfc-2022`) through `@digitalbazaar/vc` in a worker thread, which is
 * started by the first credential. The worker canonicalises; the signature is made here, by the key store.
 */
import { Worker } from 'node:worker_threads'
import type { Context } from '#kernel/context.ts'
import { issuerDid, verificationMethodId } from '../../did/did-web.ts'
import { issuerProblem } from '../../problems.ts'
import type { OwnContext } from './contexts.ts'
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts'

/** Credentials under way in the worker; more are refused rather than queued without end. */
const maxJobs = 256

export interface DataIntegrity {
  /** Adds the proof. Problem `issuer.busy` when 256 are under way. */
  sign(credential: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>>
  stop(): Promise<void>
}

interface Job {
  readonly kid: string
  readonly done: PromiseWithResolvers<Record<string, unknown>>
}

export const openDataIntegrity = (ctx: Context, contexts: readonly OwnContext[]): DataIntegrity => {
  const jobs = new Map<number, Job>()
  const did = issuerDid(ctx.config.server.publicUrl)
  let worker: Worker | undefined
  let last = 0
  const failAll = (cause: unknown): void => {
    worker = undefined
    for (const { done } of jobs.values())
      done.reject(new Error('the Data Integrity worker ended', { cause }))
    jobs.clear()
  }
  const running = (): Worker => {
    if (worker) return worker
    const workerData: WorkerSetup = { contexts }
    const started = new Worker(new URL('./worker.ts', import.meta.url), { workerData })
    started.on('message', (message: FromWorker) => void answer(ctx, jobs, started, message))
    started.once('error', failAll)
    started.once('exit', (code) => {
      if (worker === started) failAll(code)
    })
    worker = started
    return started
  }
  return {
    sign: async (credential) => {
      if (jobs.size >= maxJobs) throw issuerProblem('issuer.busy')
      const { kid } = await ctx.keys.active('credential-data-integrity')
      const done = Promise.withResolvers<Record<string, unknown>>()
      const job = ++last
      jobs.set(job, { kid, done })
      const order: ToWorker = {
        kind: 'issue',
        job,
        credential,
        verificationMethod: verificationMethodId(did, kid),
        created: ctx.now().getTime(),
      }
      const thread = running()
      // the process may end while nothing is under way, and must not end while something is
      thread.ref()
      thread.postMessage(order)
      try {
        return await done.promise
      } finally {
        if (jobs.size === 0) worker?.unref()
      }
    },
    stop: async () => {
      await worker?.terminate()
      worker = undefined
    },
  }
}

const answer = async (
  ctx: Context,
  jobs: Map<number, Job>,
  worker: Worker,
  message: FromWorker,
): Promise<void> => {
  const job = jobs.get(message.job)
  if (!job) return
  if (message.kind === 'sign') {
    const reply: ToWorker = await ctx.keys.sign(job.kid, message.data).then(
      (signature) => ({ kind: 'signature', job: message.job, signature }),
      () => ({ kind: 'no-signature', job: message.job }),
    )
    worker.postMessage(reply)
    return
  }
  jobs.delete(message.job)
  if (message.kind === 'issued') job.done.resolve(message.credential)
  else job.done.reject(new Error(`Data Integrity proof failed: ${message.reason}`))
}
