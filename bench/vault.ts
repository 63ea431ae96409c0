/** Field encryption: the vault's `seal` of 35 bytes against AES-256-GCM with AAD alone (the limit); `open` beside it. */
import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { migrate } from '../src/kernel/db/migrate.ts'
import { openDatabase } from '../src/kernel/db/open.ts'
import { openKeyStore } from '../src/kernel/keys/open.ts'
import { openVault } from '../src/kernel/keys/open-vault.ts'
import type { Vault } from '../src/kernel/keys/vault.ts'
import { vaultMigrations } from '../src/kernel/keys/vault-migrations.ts'
import { type BenchResult, median } from './result.ts'

const rounds = 9
const calls = 20_000
const plain = 'x'.repeat(35)
const place = { table: 'identity', column: 'fields', row: '01a20468-8c3c-735e-8eb3-e580bc9d4789' }

export const run = async (): Promise<BenchResult> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'plinth-bench-'))
  const now = () => new Date()
  const keys = await openKeyStore({ dataDir, profile: 'test', now, random: randomBytes })
  const db = await openDatabase({ url: 'sqlite:', poolSize: 1, dataDir })
  try {
    await migrate(db, vaultMigrations)
    const vault = await openVault({ db, keys, now, random: randomBytes })
    return await measure(vault)
  } finally {
    await db.close()
    rmSync(dataDir, { recursive: true })
  }
}

const measure = async (vault: Vault): Promise<BenchResult> => {
  const sealed = await vault.seal(place, plain)
  const works = {
    raw: () => raw(),
    seal: () => vault.seal(place, plain),
    open: () => vault.open(place, sealed),
    lookup: () => vault.lookup('identity.uin', plain),
  }
  const figures: Record<string, number[]> = { raw: [], seal: [], open: [], lookup: [] }
  for (let round = 0; round <= rounds; round++)
    for (const [name, work] of Object.entries(works)) {
      const start = performance.now()
      for (let i = 0; i < calls; i++) await work()
      // the first warms up
      if (round > 0) figures[name]?.push((calls / (performance.now() - start)) * 1000)
    }
  const of = (name: string) => median(figures[name] ?? [])
  return {
    name: 'vault',
    node: process.version,
    cpu: cpus()[0]?.model ?? '',
    value: of('seal'),
    unit: 'seals/s',
    limit: of('raw'),
    ratio: of('seal') / of('raw'),
    peers: [],
    runs: rounds,
    opensPerSecond: of('open'),
    lookupsPerSecond: of('lookup'),
  }
}

const key = createSecretKey(randomBytes(32))
const aad = Buffer.from(JSON.stringify(place))
const raw = (): Buffer => {
  const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12)).setAAD(aad)
  return Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
}
