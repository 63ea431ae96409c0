import { execFile } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { receiptFor } from '../../../src/kernel/audit/audit.ts'
import { emptyRoot, rangeHash } from '../../../src/kernel/audit/merkle.ts'
import { signCheckpoint, verifierKeys } from '../../../src/kernel/audit/note.ts'
import { auditRoutes } from '../../../src/kernel/audit/routes.ts'
import {
  entriesLevel,
  extendTiles,
  itemBytes,
  nodesOf,
  type Tile,
} from '../../../src/kernel/audit/tiles.ts'
import type { Context } from '../../../src/kernel/context.ts'
import { startServer } from '../../../src/kernel/http/start-server.ts'
import type { KeyStore } from '../../../src/kernel/keys/keys.ts'
import { Refusal } from '../../../tools/verify-log/refusal.ts'
import { verifyLog } from '../../../tools/verify-log/verify-log.ts'
import { recordLeaves, recordTogether, sequence } from '../../support/audit-log.ts'
import { withContext } from '../../support/context.ts'
import { withKeyStore } from '../../support/key-store.ts'
import { sha256 } from '../../support/merkle.ts'
import { dataFolder } from '../../support/servers.ts'

const folder = fileURLToPath(new URL('../../../tools/verify-log/', import.meta.url))

/** As a user runs it. */
const run = (...args: readonly string[]): Promise<{ code: number; says: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [join(folder, 'verify-log.ts'), ...args], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, says: stdout + stderr }),
    )
  })

const accepted = async (t: ExecutionContext, ...args: readonly string[]): Promise<string> => {
  const says = await verifyLog(args)
  t.regex(says, /^Accepted: /)
  return says
}
const rejected = async (t: ExecutionContext, why: RegExp, ...args: readonly string[]) => {
  const refusal = await t.throwsAsync(
    () => verifyLog(args),
    { instanceOf: Refusal },
    args.join(' '),
  )
  t.regex(refusal?.message ?? '', why)
}

/** A running house with `size` leaves, the last of them with a receipt. */
const withLog = async (t: ExecutionContext, size: number) => {
  const ctx = await withContext(t)
  if (size > 1) await recordTogether(ctx, size - 1, (i) => ({ person: `person-${i % 3}` }))
  const [id = ''] = await recordLeaves(ctx, 1, () => ({ person: 'holder' }))
  await sequence(ctx, size)
  const server = await startServer(ctx, {
    routes: auditRoutes(ctx),
    mounts: [],
    ready: async () => true,
  })
  t.teardown(() => server.stop())
  const work = dataFolder(t)
  const receipt = join(work, 'receipt.json')
  writeFileSync(receipt, JSON.stringify(await receiptFor(ctx, 'holder', id)))
  return {
    ctx,
    url: server.url,
    work,
    receipt,
    mirror: join(work, 'mirror'),
    state: join(work, 'state.json'),
  }
}

/** A mirror without a house: the log over `commitments`, cut and signed by the writer's own functions. */
const writeMirror = async (
  dir: string,
  keys: KeyStore,
  commitments: readonly Buffer[],
): Promise<void> => {
  const origin = 'log.example/log'
  rmSync(dir, { recursive: true, force: true })
  const tiles = extendTiles(0, [], commitments)
  for (const tile of tiles) {
    const path = join(dir, 'tile', tilePath(tile))
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, tile.data)
  }
  const node = nodesOf(
    async (level, n) => tiles.find((tile) => tile.level === level && tile.tile === n)?.data,
  )
  const root =
    commitments.length === 0
      ? emptyRoot
      : await rangeHash({ start: 0, end: commitments.length }, node)
  mkdirSync(dir, { recursive: true })
  writeFileSync(
    join(dir, 'checkpoint'),
    await signCheckpoint(keys, { origin, size: commitments.length, root }),
  )
  writeFileSync(join(dir, 'key'), `${(await verifierKeys(keys, origin)).join('\n')}\n`)
}
const tilePath = ({ level, tile, data }: Tile): string => {
  const width = data.length / itemBytes(level)
  const name = `${level === entriesLevel ? 'entries' : level}/${String(tile).padStart(3, '0')}`
  return width === 256 ? name : `${name}.p/${width}`
}
const commitment = (i: number): Buffer => sha256(Buffer.from(`entry ${i}`))
const commitments = (count: number) => Array.from({ length: count }, (_, i) => commitment(i))

const files = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

test('shares no code with the writer, nor with any package', (t) => {
  for (const file of files(folder).filter((path) => path.endsWith('.ts')))
    for (const [, from = ''] of readFileSync(file, 'utf8').matchAll(/from '([^']+)'/g))
      t.regex(from, /^(node:|\.\/)/, file)
})

test('accepts a log, its mirror and its receipts', async (t) => {
  const { url, mirror, receipt, state } = await withLog(t, 300)
  const says = await accepted(
    t,
    '--url',
    url,
    '--mirror',
    mirror,
    '--receipt',
    receipt,
    '--state',
    state,
  )
  t.regex(says, /holds 300 entries/)
  t.regex(says, /receipt\.json is entry \d+ of it: \{"actor":.*"kind":"identity\.read"/)
  await accepted(t, '--dir', mirror, '--state', state, '--receipt', receipt)
  await accepted(t, '--url', `${url}/log/`)
  t.true(files(mirror).length >= 7)
})

test('rejects one changed byte in any resource', async (t) => {
  const { url, mirror } = await withLog(t, 300)
  await accepted(t, '--url', url, '--mirror', mirror)
  let seed = 1
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed
  }
  for (const file of files(mirror)) {
    const whole = readFileSync(file)
    // syntax at every byte; hashes are all alike
    const positions =
      whole.length < 1000
        ? [...whole.keys()]
        : Array.from({ length: 5 }, () => random() % whole.length)
    for (const at of positions) {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (random() % 8))
      writeFileSync(file, bytes)
      await rejected(t, /./, '--dir', mirror)
    }
    writeFileSync(file, whole.subarray(0, -1))
    await rejected(t, /./, '--dir', mirror)
    rmSync(file)
    await rejected(t, /missing/, '--dir', mirror)
    writeFileSync(file, whole)
  }
  await accepted(t, '--dir', mirror)
})

test('a log may grow; it may not shrink, be rewritten, or change its keys', async (t) => {
  const keys = await withKeyStore(t)
  const work = dataFolder(t)
  const [dir, state] = [join(work, 'log'), join(work, 'state.json')]
  const show = (list: readonly Buffer[], by = keys) => writeMirror(dir, by, list)
  for (const size of [0, 3, 300, 300, 700]) {
    await show(commitments(size))
    await accepted(t, '--dir', dir, '--state', state)
  }
  await show(commitments(699))
  await rejected(t, /shrank/, '--dir', dir, '--state', state)
  await show([...commitments(699), commitment(9999)])
  await rejected(t, /rewritten/, '--dir', dir, '--state', state)
  await show([...commitments(699), commitment(9999), commitment(700)])
  await rejected(t, /rewritten: its first 700 entries/, '--dir', dir, '--state', state)
  await show(commitments(800), await withKeyStore(t))
  await rejected(t, /not signed by a key that we trust/, '--dir', dir, '--state', state)
  await keys.rotate('audit-checkpoint')
  await show(commitments(800))
  await accepted(t, '--dir', dir, '--state', state)
  await keys.rotate('audit-checkpoint')
  await show(commitments(900))
  await rejected(t, /not signed by a key that we trust/, '--dir', dir, '--state', state)
  await accepted(t, '--dir', dir, '--state', state, '--key', join(dir, 'key'))
  writeFileSync(state, '{')
  await rejected(t, /not a state/, '--dir', dir, '--state', state)
})

test('a log of 70,000 entries, with tiles of three levels, in seconds', async (t) => {
  const dir = join(dataFolder(t), 'log')
  await writeMirror(dir, await withKeyStore(t), commitments(70_000))
  const says = await accepted(t, '--dir', dir)
  t.regex(says, /holds 70000 entries/)
  const upper = join(dir, 'tile/2/000.p/1')
  const bytes = readFileSync(upper)
  bytes[5] = (bytes[5] ?? 0) ^ 1
  writeFileSync(upper, bytes)
  await rejected(t, /Tile 0 of level 2/, '--dir', dir)
})

test('receipts: altered, of another log, newer than the log', async (t) => {
  const { ctx, url, receipt, work, mirror } = await withLog(t, 20)
  await accepted(t, '--url', url, '--mirror', mirror)
  const original = JSON.parse(readFileSync(receipt, 'utf8')) as Record<string, unknown>
  const alter = (members: Record<string, unknown>) => {
    const file = join(work, 'altered.json')
    writeFileSync(file, JSON.stringify({ ...original, ...members }))
    return file
  }
  const leaf = Buffer.from(String(original.leaf), 'base64url').toString().replace('login', 'audit')
  const forged = alter({ leaf: Buffer.from(leaf).toString('base64url') })
  await rejected(t, /not the one that was logged/, '--url', url, '--receipt', forged)
  await rejected(
    t,
    /does not lead to its checkpoint/,
    '--url',
    url,
    '--receipt',
    alter({ index: 3 }),
  )
  await rejected(t, /outside its tree/, '--url', url, '--receipt', alter({ index: 20 }))
  await rejected(t, /not a receipt/, '--url', url, '--receipt', alter({ proof: 'x' }))
  await rejected(t, /not a receipt/, '--url', url, '--receipt', alter({ salt: 'AAAA' }))
  await rejected(t, /no file/, '--url', url, '--receipt', join(work, 'nothing.json'))
  const other = await withLog(t, 20)
  await rejected(t, /not signed by a key of this log/, '--url', url, '--receipt', other.receipt)
  await newer(t, ctx, { url, mirror, work })
})

const newer = async (
  t: ExecutionContext,
  ctx: Context,
  { url, mirror, work }: { url: string; mirror: string; work: string },
) => {
  const [id = ''] = await recordLeaves(ctx, 1, () => ({ person: 'late' }))
  await sequence(ctx, 21)
  const file = join(work, 'late.json')
  writeFileSync(file, JSON.stringify(await receiptFor(ctx, 'late', id)))
  await rejected(t, /shrank/, '--dir', mirror, '--receipt', file)
  await accepted(t, '--url', url, '--receipt', file)
}

test('as a command: one sentence and an exit code', async (t) => {
  const { url, mirror, work } = await withLog(t, 2)
  const state = join(work, 'state.json')
  const good = await run('--url', url, '--state', state, '--mirror', mirror)
  t.is(good.code, 0, good.says)
  t.regex(good.says, /^Accepted: .* holds 2 entries.*\n$/)
  writeFileSync(join(mirror, 'checkpoint'), 'x')
  const bad = await run('--dir', mirror, '--state', state)
  t.is(bad.code, 1)
  t.regex(bad.says, /^Rejected: .*\n$/)
  const usage = await run('--frobnicate')
  t.is(usage.code, 1)
  t.regex(usage.says, /^Usage: /)
})

test('says how it is used, and what did not answer', async (t) => {
  await rejected(t, /^Usage: /)
  await rejected(t, /^Usage: /, '--url', 'http://x', '--dir', 'y')
  await rejected(t, /did not answer/, '--url', 'http://127.0.0.1:1')
  await rejected(t, /key is missing/, '--dir', dataFolder(t))
})
