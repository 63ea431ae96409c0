/**
 * `npm test`: the checks, then every suite. Engine suites (MariaDB, Redis, Chromium) run where the program is found and
 * say so where not; REQUIRE_ENGINES=1 makes an absent one a failure. The last line counts: `N passed, N failed`,
 * and `, N skipped` behind it where there were any.
 * `npm test -- test/kernel/db` runs what matches, without the checks.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { startShared } from '../test/support/boot.ts'

const engines = {
  MariaDB: ['/usr/sbin/mariadbd', '/usr/sbin/mysqld'],
  Redis: ['/usr/bin/redis-server', '/usr/bin/valkey-server'],
  Chromium: ['/usr/bin/chromium', '/usr/bin/chromium-browser'],
}

const chosen = process.argv.slice(2)
if (chosen.length === 0) {
  const { status } = spawnSync(process.execPath, ['scripts/check.ts'], { stdio: 'inherit' })
  if (status !== 0) finish({ passed: 0, failed: 1, skipped: 0 })
}
for (const [name, paths] of Object.entries(engines)) {
  process.stdout.write(
    `${name}: ${paths.find(existsSync) ?? 'not found, its suites are skipped'}\n`,
  )
}
// One MariaDB and one Redis for the whole run; each test takes a database of its own.
const shared = await startShared()
const counted = await runSuites(chosen, shared.env)
await shared.stop()
finish(counted)

interface Counts {
  passed: number
  failed: number
  skipped: number
}

/** Reads TAP 13 as ava prints it: one `ok`/`not ok` line a test, `# SKIP` behind a skipped one. */
async function runSuites(
  patterns: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Counts> {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  const args = ['node_modules/.bin/ava', '--tap', '--concurrency', '2', ...patterns]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...env },
  })
  let showing = false
  for await (const line of createInterface({ input: child.stdout })) {
    const result = /^(not )?ok \d+ - (.*)$/.exec(line)
    if (result !== null) {
      const skipped = / # SKIP/.test(line)
      showing = result[1] !== undefined && !skipped
      if (skipped) counts.skipped++
      else if (showing) counts.failed++
      else counts.passed++
      if (showing || skipped) process.stdout.write(`${line}\n`)
    } else if (showing || line.startsWith('#')) process.stdout.write(`${line}\n`)
  }
  const code = await new Promise<number | null>((resolve) => {
    if (child.exitCode !== null) resolve(child.exitCode)
    else child.once('close', resolve)
  })
  // A file that crashes outside of its tests fails the run though no test failed.
  if (code !== 0 && counts.failed === 0) counts.failed = 1
  return counts
}

function finish({ passed, failed, skipped }: Counts): never {
  const rest = skipped > 0 ? `, ${skipped} skipped` : ''
  process.stdout.write(`${passed} passed, ${failed} failed${rest}\n`)
  process.exit(failed === 0 && passed > 0 ? 0 : 1)
}
