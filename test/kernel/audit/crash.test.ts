import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { checkLog, entriesOf } from '../../../src/kernel/audit/audit.ts'
import { loadConfig } from '../../../src/kernel/config/load.ts'
import { openContext } from '../../../src/kernel/start.ts'
import { sequence, treeSize } from '../../support/audit-log.ts'
import { databaseUrl, dataFolder, testOn } from '../../support/servers.ts'

const child = fileURLToPath(new URL('../../support/audit-child.ts', import.meta.url))

/** Lets a process act and sequence for a moment, then kills it; answers the leaves whose commit it saw. */
const killedAtWork = async (dataDir: string, url: string): Promise<string[]> => {
  const running = spawn(process.execPath, [child, dataDir, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let printed = ''
  running.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text
  })
  const gone = new Promise((resolve) => running.once('close', resolve))
  for (let waited = 0; printed === '' && waited < 20_000; waited += 5) await sleep(5)
  await sleep(randomInt(30, 350))
  running.kill('SIGKILL')
  await gone
  return printed.split('\n').slice(0, -1)
}

for (const engine of ['sqlite', 'mariadb'] as const) {
  testOn(engine)(
    `${engine}: a process killed at any moment loses no leaf, and none is numbered twice`,
    async (t) => {
      const dataDir = dataFolder(t)
      const url = await databaseUrl(t, engine)
      const committed: string[] = []
      for (let round = 0; round < 4; round++) committed.push(...(await killedAtWork(dataDir, url)))
      const config = loadConfig({
        argv: ['--profile', 'test', '--data', dataDir],
        env: { PLINTH_DATABASE_URL: url, PLINTH_EPHEMERAL_URL: 'memory' },
      })
      const { ctx, close } = await openContext(config, { migrations: [], folders: [] })
      t.teardown(close)
      await sequence(ctx, committed.length)
      const found = new Set<string>()
      for (let person = 0; person < 9; person++)
        for (let before: string | undefined; ; ) {
          const page = await entriesOf(ctx, `person-${person}`, {
            limit: 200,
            ...(before === undefined ? {} : { before }),
          })
          for (const { id } of page) found.add(id)
          before = page.at(-1)?.id
          if (before === undefined) break
        }
      t.true(committed.length > 20)
      t.deepEqual(
        committed.filter((id) => !found.has(id)),
        [],
      )
      await sequence(ctx, found.size)
      t.is(await treeSize(ctx), found.size)
      t.deepEqual(await checkLog(ctx), [])
    },
  )
}
