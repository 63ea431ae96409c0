/**
 * Packet to UIN without matching: sealed packets over HTTP, through every stage, to an identity, a VID and two messages.
 * SQLite with fsync, one process. The hub answers at once (its own cost is another benchmark's); everything else is
 * what production runs.
 *
 * The limit is what storage and cryptography alone allow, measured in the same run: for each packet as many
 * commits of as many bytes, each seal opened as often, each signature checked as often, nothing else.
 */
import { createPublicKey, generateKeyPairSync, randomUUID, verify } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { JWK } from 'jose'
import type { Hub } from '#biometric-hub'
import { loadConfig } from '#kernel/config/load.ts'
import type { Context } from '#kernel/context.ts'
import { insert, row, transaction } from '#kernel/db/db.ts'
import { id, text } from '#kernel/db/schema.ts'
import { startServer } from '#kernel/http/http.ts'
import { startWorkers } from '#kernel/jobs/jobs.ts'
import { openContext } from '#kernel/start.ts'
import {
  type RegistryContext,
  registryMigrations,
  registryRoutes,
  registryWorkers,
} from '#registry'
import { portrait } from '../demo/portraits/portrait.ts'
import type { PacketContent } from '../src/registry/packet/content.ts'
import { openJwe } from '../src/registry/packet/jwe.ts'
import { sealContent } from '../src/registry/packet/seal.ts'
import { addOperatorKey } from '../src/registry/staff/staff.ts'
import { type BenchResult, median } from './result.ts'

const ROUNDS = 5
const PACKETS = 150
const SENDERS = 8
/** The receipt, and six stages. */
const COMMITS = 7
/** At the receipt and in each stage that reads the content. */
const OPENED = 7
const VERIFIED = 2
/** Rows that a commit of ours writes, without the sealed packet: packet, step, leaf, job, messages. */
const ROWS_A_COMMIT = 6

const withoutMatching: Hub = {
  assess: async () => ({
    outcome: 'assessed',
    quality: 100,
    measures: {},
    advice: [],
    box: { x: 0, y: 0, width: 1, height: 1 },
  }),
  identify: async () => ({ outcome: 'unique', compared: 0 }),
  verify: async () => ({ outcome: 'no-reference' }),
  erase: async () => {},
  stop: async () => {},
}

type Signer = JWK & { readonly kid: string }

export const run = async (): Promise<BenchResult> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'plinth-bench-'))
  const config = loadConfig({ argv: ['--profile', 'test', '--data', dataDir], env: {} })
  const migrations = [...registryMigrations, written]
  const { ctx: kernel, close } = await openContext(config, { migrations, folders: [] })
  const ctx = { ...kernel, hub: withoutMatching }
  const workers = startWorkers(ctx, registryWorkers(ctx))
  const routes = registryRoutes(ctx)
  const server = await startServer(ctx, { routes, mounts: [], ready: async () => true })
  try {
    const signer = await aSigner(ctx)
    const photo = portrait({ person: 1 })
    const [rates, limits, cpuMs]: [number[], number[], number[]] = [[], [], []]
    for (let round = 0; round <= ROUNDS; round++) {
      const packets = await Promise.all(
        Array.from({ length: PACKETS }, () => aPacket(ctx, signer, photo)),
      )
      const cpu = process.cpuUsage()
      const rate = await throughPipeline(ctx, server.url, packets)
      const { user, system } = process.cpuUsage(cpu)
      const limit = await storageAndCrypto(ctx, packets, signer)
      // The first warms up.
      if (round === 0) continue
      rates.push(rate)
      limits.push(limit)
      cpuMs.push((user + system) / 1000 / PACKETS)
    }
    const [value, limit] = [median(rates), median(limits)]
    return {
      name: 'packets',
      node: process.version,
      cpu: cpus()[0]?.model ?? '',
      value,
      unit: 'packets/s',
      limit,
      ratio: value / limit,
      peers: [],
      runs: ROUNDS,
      cpuMsPerPacket: median(cpuMs),
      packetBytes: (await aPacket(ctx, signer, photo)).length,
    }
  } finally {
    await server.stop()
    await workers.stop()
    await close()
    rmSync(dataDir, { recursive: true })
  }
}

const written = {
  name: 'bench/0001-written',
  up: (schema: Parameters<(typeof registryMigrations)[number]['up']>[0]) =>
    schema.createTable('bench_written', { id, content: text }, { primary: ['id'] }),
}

async function aSigner(ctx: Context): Promise<Signer> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = { ...(privateKey.export({ format: 'jwk' }) as JWK), kid: 'bench' }
  const { kid, crv = '', x = '', y = '' } = jwk
  await transaction(ctx, (tx) => addOperatorKey(ctx, tx, 'operator', { kid, crv, x, y }))
  return jwk
}

async function aPacket(ctx: Context, signer: Signer, photo: Buffer): Promise<string> {
  const intake = await ctx.keys.active('packet-intake')
  const content: PacketContent = {
    version: 1,
    packetId: randomUUID(),
    createdAt: new Date().toISOString(),
    operator: 'operator',
    centre: ctx.country.centres[0]?.code ?? '',
    identity: {
      IDSchemaVersion: Number(ctx.country.identitySchema.version),
      fullName: [{ language: 'eng', value: `Amina ${randomUUID()}` }],
      dateOfBirth: '1990/03/27',
      gender: 'FLE',
      phone: '+999401234567',
      email: 'amina@example.org',
    },
    photo: { type: 'image/jpeg', data: photo.toString('base64url') },
  }
  return sealContent(content, signer, { ...intake.publicJwk, kid: intake.kid })
}

/** Packets per second from the first byte sent to the last UIN. */
async function throughPipeline(
  ctx: RegistryContext,
  url: string,
  packets: readonly string[],
): Promise<number> {
  const before = await done(ctx)
  const start = performance.now()
  const next = packets.values()
  const send = async (): Promise<void> => {
    for (const body of next) {
      const answer = await fetch(`${url}/packets`, { method: 'POST', body })
      if (answer.status !== 202) throw new Error(`packets: HTTP ${answer.status}`)
      await answer.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, send))
  while ((await done(ctx)) - before < packets.length) await sleep(5)
  return (packets.length / (performance.now() - start)) * 1000
}

async function done({ db }: Context): Promise<number> {
  const found = await row<{ n: number }>(
    db,
    "SELECT COUNT(*) AS n FROM packet WHERE state = 'done'",
  )
  return Number(found?.n)
}

async function storageAndCrypto(
  ctx: Context,
  packets: readonly string[],
  signer: Signer,
): Promise<number> {
  const { x = '', y = '' } = signer
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' })
  const start = performance.now()
  const next = packets.values()
  const work = async (): Promise<void> => {
    for (const packet of next) {
      for (let opened = 0; opened < OPENED; opened++) {
        const [header, payload, signature = ''] = (await openJwe(ctx, packet)).toString().split('.')
        if (opened >= VERIFIED) continue
        const input = Buffer.from(`${header}.${payload}`)
        const bytes = Buffer.from(signature, 'base64url')
        if (!verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, bytes))
          throw new Error('packets: signature')
      }
      for (let commit = 0; commit < COMMITS; commit++) {
        await transaction(ctx, async (tx) => {
          if (commit === 0) await insert(tx, 'bench_written', { id: randomUUID(), content: packet })
          for (let i = 0; i < ROWS_A_COMMIT; i++)
            await insert(tx, 'bench_written', { id: randomUUID(), content: 'x'.repeat(300) })
        })
      }
    }
  }
  await Promise.all(Array.from({ length: SENDERS }, work))
  return (packets.length / (performance.now() - start)) * 1000
}
