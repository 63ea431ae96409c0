// Workers are killed while they work: every effect and every message exactly once.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { rows, transaction } from '#kernel/db/db.ts'
import { openDatabase } from '#kernel/db/open.ts'
import { enqueue } from '#kernel/jobs/jobs.ts'
import { loadConfig } from '../../../src/kernel/config/load.ts'
import { openContext } from '../../../src/kernel/start.ts'
import { effectMigrations } from '../../support/jobs-child.ts'
import { databaseUrl, dataFolder, testOn } from '../../support/servers.ts'

const CHILD = fileURLToPath(new URL('../../support/jobs-child.ts', import.meta.url))
const JOBS = 500
const KILLS = 6

for (const engine of ['sqlite', 'mariadb'] as const)
  testOn(engine)(`${engine}: ${JOBS} jobs through ${KILLS} kills`, async (t) => {
    t.timeout(120_000)
    const url = await databaseUrl(t, engine)
    const dataDir = dataFolder(t)
    const config = loadConfig({
      argv: ['--profile', 'test', '--data', dataDir],
      env: { PLINTH_DATABASE_URL: url, PLINTH_EPHEMERAL_URL: 'memory' },
    })
    const { ctx, close } = await openContext(config, { migrations: effectMigrations, folders: [] })
    await transaction(ctx, async (tx) => {
      for (let n = 0; n < JOBS; n += 1)
        await enqueue(ctx, tx, { kind: 'k', key: String(n), payload: '' })
    })
    await close()

    let kills = 0
    for (let finished = false; !finished; ) {
      const child = fork(CHILD, [dataDir, url])
      const exit = once(child, 'exit')
      const [said] = await Promise.race([once(child, 'message'), exit])
      t.is(said, 'working')
      if (kills < KILLS) setTimeout(() => child.kill('SIGKILL'), 10 + Math.random() * 120)
      const [code, signal] = await exit
      if (signal === 'SIGKILL') kills += 1
      else {
        t.is(code, 0)
        finished = true
      }
    }
    t.true(kills >= 3, `only ${kills} kills hit`)

    const db = await openDatabase({ url, poolSize: 2, dataDir })
    t.teardown(() => db.close())
    const keys = async (table: string) =>
      (await rows<{ k: string }>(db, `SELECT k FROM ${table}`)).map(({ k }) => k)
    const effects = await keys('effect')
    t.is(effects.length, JOBS)
    t.is(new Set(effects).size, JOBS)
    const heard = await keys('heard')
    t.is(heard.length, JOBS)
    t.is(new Set(heard).size, JOBS)
    t.deepEqual(await rows(db, 'SELECT id FROM job_dead'), [])
    t.log(`${kills} kills`)
  })
