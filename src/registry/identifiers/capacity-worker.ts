/** Counts off the event loop: twelve digits keep a core busy for seconds. */
import { parentPort, workerData } from 'node:worker_threads'
import { capacity } from './capacity.ts'
import type { Shape } from './shape-rules.ts'

parentPort?.postMessage(capacity(workerData as Shape))
