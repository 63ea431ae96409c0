import { spawnSync } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, type Step, until } from './checks.ts'
import { textOf, type Visitor } from './visitor.ts'

const verifier = join(import.meta.dirname, '..', '..', 'tools', 'verify-log', 'verify-log.ts')

/** Who used my identity, and the proof that the list was not doctored. */
export async function log(url: string, step: Step, visitor: Visitor): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'plinth-log-'))
  const receipt = await step('"who used my identity" names the bank, with a receipt', () =>
    until(async () => {
      const page = await visitor.open(`${url}/my-identity/activity`)
      const link = /data-receipt="([^"]+)"/.exec(page.html)?.[1]
      if (!textOf(page).includes('Harbour Bank') || link === undefined) return undefined
      const file = join(folder, 'receipt.json')
      await writeFile(file, (await visitor.open(new URL(link, url).href)).html)
      return file
    }, 'a sequenced entry of the bank'),
  )
  await step('a verifier that shares no code with us accepts the whole log and the receipt', () => {
    const verdict = verify(['--url', url, '--mirror', join(folder, 'log'), '--receipt', receipt])
    expect(verdict.status === 0, verdict.said)
  })
  await step('and rejects the copy in which one byte was changed', async () => {
    const bundle = await firstEntries(join(folder, 'log'))
    const bytes = await readFile(bundle)
    const at = bytes.length - 7
    bytes[at] = (bytes[at] ?? 0) ^ 1
    await writeFile(bundle, bytes)
    const verdict = verify(['--dir', join(folder, 'log')])
    expect(verdict.status === 1 && /^Rejected/m.test(verdict.said), verdict.said)
  })
  await rm(folder, { recursive: true, force: true })
}

function verify(args: readonly string[]): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [verifier, ...args], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  return { status, said: stdout + stderr }
}

async function firstEntries(mirror: string): Promise<string> {
  const files = await readdir(mirror, { recursive: true, withFileTypes: true })
  const found = files.find((file) => file.isFile() && /tile[/\\]entries/.test(file.parentPath))
  expect(found !== undefined, 'the mirror has no entries')
  return join(found.parentPath, found.name)
}
