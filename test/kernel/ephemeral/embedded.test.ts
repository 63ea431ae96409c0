import { fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { openEphemeral } from '#kernel/ephemeral/open.ts'
import { dataFolder } from '../../support/servers.ts'

const CHILD = fileURLToPath(new URL('../../support/ephemeral-child.ts', import.meta.url))
const TTL = { ttlMs: 60_000 }
const ONCE = { ...TTL, onlyIfAbsent: true }
const open = (dataDir: string, now = () => new Date()) =>
  openEphemeral({ url: 'embedded', dataDir, now })

test('sessions, codes and counters outlive a restart; what expired meanwhile does not', async (t) => {
  const folder = dataFolder(t)
  let at = Date.parse('2026-01-01T00:00:00Z')
  const now = () => new Date(at)
  const first = await open(folder, now)
  await first.set('session', 's', TTL)
  await first.set('short', 's', { ttlMs: 1000 })
  await first.incrBy('tries', 4, TTL)
  await first.set('gone', 's', TTL)
  await first.getdel('gone')
  await first.close()
  at += 2000
  const second = await open(folder, now)
  t.is(await second.get('session'), 's')
  t.is(await second.get('short'), undefined)
  t.is(await second.get('gone'), undefined)
  t.is(await second.incrBy('tries', 1, TTL), 5)
  await second.close()
})

test('what was used stays used when the process is killed in the same moment', async (t) => {
  const folder = dataFolder(t)
  const child = fork(CHILD, [folder])
  const [message] = await once(child, 'message')
  t.is(message, 'used')
  child.kill('SIGKILL')
  await once(child, 'exit')
  const store = await open(folder)
  t.teardown(() => store.close())
  for (let index = 0; index < 50; index += 1) {
    t.is(await store.getdel(`code-${index}`), undefined)
    t.false(await store.set(`jti-${index}`, '1', ONCE))
  }
  t.is(await store.get('session'), 's', 'written behind, well before the kill')
})

test('a second process is refused while the first lives', async (t) => {
  const folder = dataFolder(t)
  const child = fork(CHILD, [folder])
  await once(child, 'message')
  await t.throwsAsync(open(folder), { code: 'ephemeral.in-use' })
  child.kill('SIGKILL')
  await once(child, 'exit')
  const store = await open(folder)
  await store.close()
})

test('after a power cut nothing on file is trusted', async (t) => {
  const folder = dataFolder(t)
  const first = await open(folder)
  await first.set('code', 'x', ONCE)
  await first.close()
  const file = new DatabaseSync(join(folder, 'ephemeral.sqlite'))
  t.is(file.prepare('SELECT COUNT(*) AS n FROM entry').get()?.n, 1)
  file.exec("UPDATE opening SET boot = 'another start of the machine', clean = 0")
  file.close()
  const second = await open(folder)
  t.is(await second.get('code'), undefined)
  await second.close()
})

test('while the file cannot be written every operation throws', async (t) => {
  const folder = dataFolder(t)
  // No file of the child may grow beyond a limit; libuv ignores SIGXFSZ, so writes fail instead.
  const limited = [
    '-c',
    'ulimit -f 2000 && exec "$@"',
    'sh',
    process.execPath,
    CHILD,
    folder,
    'fill',
  ]
  const child = spawn('sh', limited, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(child.stdout), 'line')
  t.deepEqual(JSON.parse(line), {
    set: 'ephemeral.unavailable',
    get: 'ephemeral.unavailable',
    incrBy: 'ephemeral.unavailable',
  })
})

test('expired entries leave memory and file without being asked for', async (t) => {
  const folder = dataFolder(t)
  const store = await open(folder)
  for (let index = 0; index < 100; index += 1) await store.set(`k-${index}`, 'x', { ttlMs: 50 })
  await sleep(1300)
  await store.close()
  const file = new DatabaseSync(join(folder, 'ephemeral.sqlite'))
  t.is(file.prepare('SELECT COUNT(*) AS n FROM entry').get()?.n, 0)
  file.close()
})
