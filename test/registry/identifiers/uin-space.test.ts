import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { projectRoot } from '../../../src/kernel/config/load.ts'
import { identifierMigrations } from '../../../src/registry/identifiers/migrations.ts'
import { checkUinSpace } from '../../../src/registry/identifiers/uin-space.ts'
import { withContext } from '../../support/context.ts'
import { dataFolder } from '../../support/servers.ts'

/** The demo pack with another shape or population. */
async function packWith(folder: string, change: (country: Record<string, unknown>) => unknown) {
  const from = join(projectRoot, 'config', 'countries', 'demo')
  await cp(from, join(folder, 'demo'), { recursive: true })
  const file = join(folder, 'demo', 'country.json')
  const country = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>
  await writeFile(file, JSON.stringify({ ...country, ...(change(country) as object) }))
  return { PLINTH_COUNTRY_FOLDER: folder }
}
const uinOf = (country: Record<string, unknown>) => country.uin as { rules: string[] }

test('a country that fits is told its figures, and the count is kept', async (t) => {
  const env = await packWith(dataFolder(t), (country) => ({
    uin: { ...uinOf(country), length: 10 },
    population: 58_000_000,
  }))
  const ctx = await withContext(t, { migrations: identifierMigrations, env })
  t.deepEqual(await checkUinSpace(ctx), { capacity: 58_106_898n, population: 58_000_000 })
  const started = performance.now()
  await checkUinSpace(ctx)
  t.true(performance.now() - started < 100)
})

test('sixty million people do not fit into ten digits: start-up refuses with both figures', async (t) => {
  const env = await packWith(dataFolder(t), (country) => ({
    uin: { ...uinOf(country), length: 10 },
    population: 60_000_000,
  }))
  const ctx = await withContext(t, { migrations: identifierMigrations, env })
  const problem = await t.throwsAsync<Error & { code: string; detail: unknown }>(checkUinSpace(ctx))
  t.is(problem.code, 'uin.space-too-small')
  t.deepEqual(problem.detail, { capacity: '58106898', population: 60_000_000 })
})
