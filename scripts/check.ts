/** `npm run check`: types, lint and format, directions, dead code. Each must pass; the first failure names itself. */
import { spawnSync } from 'node:child_process'

/** Below this dependency-cruiser has not understood the tree: with TypeScript 7 it reads nothing and exits 0. */
const MODULES_MIN = 100

const colours = process.stdout.isTTY ? [] : ['--colors=off']
const bin = (name: string): string => `node_modules/.bin/${name}`

step('types', [process.execPath, 'node_modules/typescript-7/bin/tsc'])
step('lint and format', [bin('biome'), 'ci', '--error-on-warnings', ...colours, '.'])
directions()
step('dead code', [bin('knip')])

function step(name: string, [command = '', ...args]: readonly string[]): void {
  const started = performance.now()
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' })
  if (error !== undefined) throw error
  report(name, started, status === 0)
}

function directions(): void {
  const started = performance.now()
  const { stdout, stderr, error } = spawnSync(
    bin('depcruise'),
    ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src', 'demo', 'tools'],
    { encoding: 'utf8', maxBuffer: 256 * 1024 * 1024 },
  )
  if (error !== undefined) throw error
  const { summary } = JSON.parse(stdout) as {
    summary: {
      totalCruised: number
      violations: readonly { from: string; to: string; rule: { name: string; severity: string } }[]
    }
  }
  for (const { from, to, rule } of summary.violations) {
    process.stderr.write(`${rule.name}: ${from} -> ${to}\n`)
  }
  if (summary.totalCruised < MODULES_MIN) {
    process.stderr.write(`only ${summary.totalCruised} modules were read\n${stderr}`)
  }
  const fine = summary.violations.length === 0 && summary.totalCruised >= MODULES_MIN
  report(`directions of ${summary.totalCruised} modules`, started, fine)
}

function report(name: string, started: number, fine: boolean): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  process.stdout.write(`${fine ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`)
  if (!fine) process.exit(1)
}
