import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { createEngine, type EngineOptions } from '../../../src/biometric-hub/thread/engine.ts'

const open = (t: ExecutionContext, options: Partial<EngineOptions> = {}) => {
  const lines: unknown[] = []
  const note = (fields: unknown, message: string) => void lines.push({ message, fields })
  const engine = createEngine({
    log: { info: note, warn: note, error: note, debug: note },
    worker: new URL('../../support/hub-worker.ts', import.meta.url),
    ...options,
  })
  t.teardown(() => engine.stop())
  const ask = (wish: number) =>
    engine.run('search', { probe: Float32Array.of(wish), below: 0, maxDistance: 0, limit: 0 })
  return { engine, ask, lines }
}

for (const [how, wish] of [
  ['ends', 1],
  ['throws', 2],
] as const) {
  test(`a thread that ${how} costs its task, and the next one starts another thread`, async (t) => {
    const { ask, lines } = open(t)
    t.deepEqual(await ask(0), [0])
    await t.throwsAsync(ask(wish), { code: 'hub.unavailable' })
    t.deepEqual(await ask(0), [0])
    t.like(lines, { 0: { message: 'hub thread lost' }, length: 1 })
  })
}

test('tasks that waited behind the lost one run on the new thread', async (t) => {
  const { ask } = open(t)
  const answers = await Promise.allSettled([ask(0), ask(1), ask(0), ask(0)])
  t.deepEqual(
    answers.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  )
})

test('a thread that hangs is ended at the time limit', async (t) => {
  const { ask } = open(t, { taskTimeLimitMs: 4000 })
  await ask(0)
  await t.throwsAsync(ask(3), { code: 'hub.unavailable' })
  t.deepEqual(await ask(0), [0])
})

test('a refusal of the thread is a Problem and the thread goes on', async (t) => {
  const { ask } = open(t)
  await t.throwsAsync(ask(4), { code: 'hub.unavailable' })
  t.deepEqual(await ask(0), [4, 0])
})

test('the queue is bounded', async (t) => {
  const { ask } = open(t, { maxWaiting: 3 })
  const answers = await Promise.allSettled([5, 0, 0, 0, 0, 0].map(ask))
  t.deepEqual(
    answers.map((answer) => (answer.status === 'rejected' ? answer.reason.code : 'done')),
    ['done', 'done', 'done', 'done', 'hub.busy', 'hub.busy'],
  )
  t.truthy(await ask(0))
})

test('an idle thread rests, unless it may not', async (t) => {
  let mayRest = false
  const { ask } = open(t, { restAfterMs: 50, mayRest: () => mayRest })
  t.deepEqual(await ask(0), [0])
  await sleep(200)
  t.deepEqual(await ask(0), [0, 0])
  mayRest = true
  await ask(0)
  await sleep(200)
  t.deepEqual(await ask(0), [0])
})

test('stopping refuses what waits and what comes', async (t) => {
  const { engine, ask } = open(t)
  const waiting = [ask(5), ask(0)]
  const refused = Promise.all(
    waiting.map((task) => t.throwsAsync(task, { code: 'hub.unavailable' })),
  )
  await engine.stop()
  await refused
  await t.throwsAsync(ask(0), { code: 'hub.unavailable' })
})
