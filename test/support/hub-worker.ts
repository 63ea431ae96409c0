/** A thread that misbehaves on demand, for the engine's tests: the probe's first number says how. */
import { parentPort } from 'node:worker_threads'

const asked: number[] = []
parentPort?.on('message', ({ id, ask }: { id: number; ask: { probe?: Float32Array } }) => {
  const wish = ask.probe?.[0] ?? 0
  asked.push(wish)
  if (wish === 1) process.exit(3)
  if (wish === 2) throw new Error('a bug')
  if (wish === 3) for (;;) Math.sqrt(wish)
  if (wish === 4) return parentPort?.postMessage({ id, failure: 'refused' })
  if (wish === 5) return setTimeout(() => parentPort?.postMessage({ id, answer: asked }), 100)
  parentPort?.postMessage({ id, answer: asked })
})
