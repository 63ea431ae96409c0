/** Worker thread: JSON-LD processing of Data Integrity proofs. It asks the event loop for the signature itself. */
import assert from 'node:assert'
import { parentPort, workerData } from 'node:worker_threads'
import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { issue } from '@digitalbazaar/vc'
import type { FromWorker, ToWorker, WorkerSetup } from './messages.ts'
import { staticLoader } from './static-loader.ts'

assert(parentPort)
const port = parentPort
const { contexts } = workerData as WorkerSetup
const documentLoader = await staticLoader(contexts)
const awaited = new Map<number, PromiseWithResolvers<Uint8Array>>()
const tell = (message: FromWorker) => port.postMessage(message)

port.on('message', (message: ToWorker) => {
  if (message.kind === 'issue') return void build(message)
  const signature = awaited.get(message.job)
  awaited.delete(message.job)
  if (message.kind === 'signature') signature?.resolve(message.signature)
  else signature?.reject(new Error('the key store refused'))
})

const build = async (order: Extract<ToWorker, { kind: 'issue' }>): Promise<void> => {
  const { job, credential, verificationMethod } = order
  const date = new Date(order.created)
  const sign = async ({ data }: { data: Uint8Array }): Promise<Uint8Array> => {
    const signature = Promise.withResolvers<Uint8Array>()
    awaited.set(job, signature)
    tell({ kind: 'sign', job, data })
    return signature.promise
  }
  const signer = { id: verificationMethod, algorithm: 'Ed25519', sign }
  const suite = new DataIntegrityProof({ signer, date, cryptosuite })
  try {
    tell({
      kind: 'issued',
      job,
      credential: await issue({ credential, suite, documentLoader, now: date }),
    })
  } catch (error) {
    // the name of the error only: its message may quote the credential
    tell({ kind: 'failed', job, reason: error instanceof Error ? error.name : 'unknown' })
  }
}
