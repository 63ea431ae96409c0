import { setTimeout as sleep } from 'node:timers/promises'
import { openEphemeral } from '#kernel/ephemeral/open.ts'
import {
  freePort,
  type Server,
  type StartOptions,
  startRedis,
  testOn,
} from '../../support/servers.ts'

const test = testOn('redis')
const TTL = { ttlMs: 60_000 }
const open = (url: string) => openEphemeral({ url, dataDir: '', now: () => new Date() })
const boot = async (options: StartOptions = {}): Promise<Server> => {
  const server = await startRedis(options)
  if (!server) throw new Error('no redis')
  return server
}

test('a Redis that is down throws at once, and serves again when it is back', async (t) => {
  let server = await boot()
  const store = await open(server.url)
  t.teardown(() => store.close())
  t.true(await store.set('a', 'x', TTL))
  const heard: string[] = []
  await store.subscribe('news', (message) => heard.push(message))
  await server.stop()
  await sleep(100)
  const startedAt = performance.now()
  for (const use of [
    () => store.get('a'),
    () => store.set('b', 'x', { ...TTL, onlyIfAbsent: true }),
    () => store.getdel('a'),
    () => store.incrBy('n', 1, TTL),
  ])
    await t.throwsAsync(use, { code: 'ephemeral.unavailable' })
  t.true(performance.now() - startedAt < 1000)
  server = await boot({ port: server.port })
  t.teardown(() => server.stop())
  for (let tries = 0; tries < 100; tries += 1) {
    if (await store.set('c', 'x', TTL).catch(() => false)) break
    await sleep(50)
  }
  t.is(await store.get('c'), 'x')
  for (let tries = 0; tries < 40 && heard.length === 0; tries += 1) {
    await store.publish('news', 'back')
    await sleep(50)
  }
  t.is(heard[0], 'back')
})

test('a Redis that hangs is refused within its time', async (t) => {
  const server = await boot()
  const store = await open(server.url)
  process.kill(server.pid, 'SIGSTOP')
  const startedAt = performance.now()
  await t.throwsAsync(store.get('a'), { code: 'ephemeral.unavailable' })
  t.true(performance.now() - startedAt < 3000)
  process.kill(server.pid, 'SIGCONT')
  await store.close()
  await server.stop()
})

test('a start without Redis fails within its time', async (t) => {
  const startedAt = performance.now()
  await t.throwsAsync(open(`redis://127.0.0.1:${await freePort()}`), {
    code: 'ephemeral.unavailable',
  })
  t.true(performance.now() - startedAt < 3000)
  await t.throwsAsync(open('http://127.0.0.1:1'), { code: 'ephemeral.bad-url' })
})

test('a Redis that evicts is refused', async (t) => {
  const server = await boot({ extra: ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'] })
  t.teardown(() => server.stop())
  await t.throwsAsync(open(server.url), { code: 'ephemeral.evicts' })
})
