// One contract, three back ends.
import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import type { Ephemeral } from '#kernel/ephemeral/ephemeral.ts'
import { openEphemeral } from '#kernel/ephemeral/open.ts'
import { dataFolder, redisUrl, testOn } from '../../support/servers.ts'

const TTL = { ttlMs: 60_000 }
const key = () => `t:${randomBytes(8).toString('hex')}`
const eight = <T>(work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: 8 }, (_, index) => work(index)))

for (const url of ['memory', 'embedded', 'redis'] as const) {
  const test = testOn(url === 'redis' ? 'redis' : 'sqlite')
  const open = async (t: ExecutionContext): Promise<Ephemeral> => {
    const ephemeral = await openEphemeral({
      url: url === 'redis' ? await redisUrl() : url,
      dataDir: dataFolder(t),
      now: () => new Date(),
    })
    t.teardown(() => ephemeral.close())
    return ephemeral
  }

  test(`${url}: set, get, overwrite, del`, async (t) => {
    const store = await open(t)
    const [a, b] = [key(), key()]
    t.is(await store.get(a), undefined)
    t.true(await store.set(a, 'é', TTL))
    t.true(await store.set(a, 'x'.repeat(256 * 1024), TTL))
    t.is((await store.get(a))?.length, 256 * 1024)
    t.true(await store.set(a, '', TTL))
    t.is(await store.get(a), '')
    t.true(await store.set(b, 'b', TTL))
    t.is(await store.del(a, b, key()), 2)
    t.is(await store.del(a), 0)
    t.is(await store.get(b), undefined)
  })

  test(`${url}: of 8 parallel getdel one gets the value`, async (t) => {
    const store = await open(t)
    const a = key()
    await store.set(a, 'once', TTL)
    // Long enough for the embedded file to know the key.
    await sleep(30)
    const got = await eight(() => store.getdel(a))
    t.deepEqual(
      got.filter((value) => value !== undefined),
      ['once'],
    )
  })

  test(`${url}: of 8 parallel set onlyIfAbsent one succeeds; again after the time is over`, async (t) => {
    const store = await open(t)
    const a = key()
    const done = await eight((index) => store.set(a, String(index), { ...TTL, onlyIfAbsent: true }))
    t.is(done.filter(Boolean).length, 1)
    t.is(await store.get(a), String(done.indexOf(true)))
    const b = key()
    t.true(await store.set(b, 'first', { ttlMs: 50, onlyIfAbsent: true }))
    await sleep(80)
    t.true(await store.set(b, 'again', { ...TTL, onlyIfAbsent: true }))
  })

  test(`${url}: 8 parallel incrBy count to 8; a counter lives from its creation`, async (t) => {
    const store = await open(t)
    const a = key()
    const counted = await eight(() => store.incrBy(a, 1, TTL))
    t.deepEqual(
      counted.toSorted((x, y) => x - y),
      [1, 2, 3, 4, 5, 6, 7, 8],
    )
    t.is(await store.incrBy(a, -3, TTL), 5)
    t.is(await store.get(a), '5')
    const b = key()
    await store.incrBy(b, 1, { ttlMs: 1500 })
    t.is(await store.incrBy(b, 1, TTL), 2)
    await sleep(1600)
    t.is(await store.incrBy(b, 2, TTL), 2, 'the later, longer ttl did not prolong it')
    const word = key()
    await store.set(word, 'seven', TTL)
    await t.throwsAsync(store.incrBy(word, 1, TTL))
  })

  test(`${url}: what has expired is not there, for any operation`, async (t) => {
    const store = await open(t)
    const a = key()
    for (const look of [store.get, store.getdel, store.del, (k: string) => store.expire(k, 1000)]) {
      await store.set(a, 'x', { ttlMs: 10 })
      await sleep(25)
      t.falsy(await look(a))
    }
    await store.set(a, 'x', TTL)
    t.true(await store.expire(a, 10))
    await sleep(25)
    t.is(await store.get(a), undefined)
  })

  test(`${url}: keys, values and lives out of bounds are refused`, async (t) => {
    const store = await open(t)
    for (const bad of ['', 'x'.repeat(201), 'with space', 'ä', 'new\nline']) {
      await t.throwsAsync(async () => store.get(bad))
      await t.throwsAsync(async () => store.set(bad, 'x', TTL))
    }
    await t.throwsAsync(async () => store.set(key(), 'x'.repeat(256 * 1024 + 1), TTL))
    await t.throwsAsync(async () => store.set(key(), 'é'.repeat(200 * 1024), TTL))
    for (const ttlMs of [0, -1, 0.5, Number.NaN, 1e12])
      await t.throwsAsync(async () => store.set(key(), 'x', { ttlMs }))
  })

  test(`${url}: a published message reaches subscribers until they leave`, async (t) => {
    const store = await open(t)
    const channel = key()
    const heard: string[] = []
    const leave = await store.subscribe(channel, (message) => heard.push(message))
    await store.subscribe(key(), (message) => heard.push(`wrong ${message}`))
    await store.publish(channel, 'one')
    await sleep(30)
    await leave()
    await store.publish(channel, 'two')
    await sleep(30)
    t.deepEqual(heard, ['one'])
  })
}
