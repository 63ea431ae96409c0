import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import test from 'ava'
import { withFileLock } from '../../../src/kernel/keys/file-lock.ts'
import { dataFolder } from '../../support/servers.ts'

test('one at a time, and the event loop is never blocked', async (t) => {
  const path = join(dataFolder(t), 'lock')
  let inside = 0
  let most = 0
  let ticks = 0
  const clock = setInterval(() => {
    ticks += 1
  }, 2)
  const work = async () => {
    inside += 1
    most = Math.max(most, inside)
    await sleep(10)
    inside -= 1
  }
  await Promise.all(Array.from({ length: 8 }, () => withFileLock(path, work)))
  clearInterval(clock)
  t.is(most, 1)
  t.true(ticks > 10)
})

test('a failure inside releases the lock', async (t) => {
  const path = join(dataFolder(t), 'lock')
  const failing = () => withFileLock(path, () => Promise.reject(new Error('no')))
  await t.throwsAsync(failing, { message: 'no' })
  t.is(await withFileLock(path, async () => 'free'), 'free')
})

test('a holder that is killed releases the lock', async (t) => {
  const path = join(dataFolder(t), 'lock')
  const child = fileURLToPath(new URL('../../support/lock-child.ts', import.meta.url))
  const holder = spawn(process.execPath, [child, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  let entered = false
  const waiting = withFileLock(path, async () => {
    entered = true
  })
  await sleep(100)
  t.false(entered)
  holder.kill('SIGKILL')
  await waiting
  t.true(entered)
})
