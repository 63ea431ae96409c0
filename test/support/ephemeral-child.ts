/**
 * A process with an embedded store. `use`: uses codes, remembers token ids, says so, and waits to be killed.
 * `fill`: writes until the file may not grow, and prints with which codes the operations fail then.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { openEphemeral } from '../../src/kernel/ephemeral/open.ts'
import { Problem } from '../../src/kernel/problems.ts'

const [, , dataDir = '', mode = 'use'] = process.argv
const store = await openEphemeral({ url: 'embedded', dataDir, now: () => new Date() })
const TTL = { ttlMs: 60_000 }
const ONCE = { ...TTL, onlyIfAbsent: true }

const use = async (): Promise<void> => {
  const codes = Array.from({ length: 50 }, (_, index) => `code-${index}`)
  await store.set('session', 's', TTL)
  for (const code of codes) await store.set(code, 'x', TTL)
  await sleep(60)
  await Promise.all([
    ...codes.map((code) => store.getdel(code)),
    ...codes.map((_, index) => store.set(`jti-${index}`, '1', ONCE)),
  ])
  process.send?.('used')
  setInterval(() => {}, 1000)
}

const fill = async (): Promise<void> => {
  const fails = async (work: () => Promise<unknown>): Promise<string> => {
    try {
      await work()
      return 'none'
    } catch (error) {
      return error instanceof Problem ? error.code : String(error)
    }
  }
  let set = 'none'
  for (let index = 0; index < 100 && set === 'none'; index += 1)
    set = await fails(() => store.set(`k-${index}`, 'x'.repeat(200_000), ONCE))
  const get = await fails(() => store.get('k-0'))
  const incrBy = await fails(() => store.incrBy('n', 1, TTL))
  console.log(JSON.stringify({ set, get, incrBy }))
  process.exit()
}

await (mode === 'fill' ? fill() : use())
