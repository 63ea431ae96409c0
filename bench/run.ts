/** `npm run bench -- NAME [--json]`: runs `bench/NAME.ts`; without a name, all of them. */
import { globSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { BenchOptions, BenchResult } from './result.ts'

/** Not benchmarks but what they share. */
const shared = new Set(['run', 'result'])
const known = globSync('*.ts', { cwd: import.meta.dirname })
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => !shared.has(name))
  .sort()

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
})
const unknown = positionals.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`no benchmark ${unknown.join(', ')}; there are: ${known.join(', ')}\n`)
  process.exit(2)
}
for (const name of positionals.length > 0 ? positionals : known) {
  const module = (await import(`./${name}.ts`)) as {
    run(options: BenchOptions): Promise<BenchResult>
  }
  const result = await module.run({ json: values.json })
  if (!values.json) print(result)
  process.stdout.write(`${JSON.stringify(result)}\n`)
}
process.exit(0)

function print(result: BenchResult): void {
  const { name, node, cpu, value, unit, limit, ratio, peers, runs, ...extra } = result
  process.stdout.write(`\n${name}, median of ${runs} runs on ${node}, ${cpu}\n`)
  process.stdout.write(`  ${value.toPrecision(4)} ${unit}\n`)
  process.stdout.write(`  limit ${limit.toPrecision(4)} ${unit}, ratio ${ratio.toFixed(2)}\n`)
  for (const peer of peers) {
    process.stdout.write(
      `  ${peer.name}: ${peer.value.toPrecision(4)}, ratio ${peer.ratio.toFixed(2)}\n`,
    )
  }
  for (const [key, figure] of Object.entries(extra)) {
    process.stdout.write(
      `  ${key}: ${typeof figure === 'number' ? figure.toPrecision(4) : JSON.stringify(figure)}\n`,
    )
  }
}
