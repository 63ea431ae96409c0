/**
 * A complete OpenID Connect login over HTTP with our own pages, from pushed request to signed userinfo: CPU of the provider's
 * process in milliseconds. Stores: all in memory (SQLite on a memory file system), embedded (files on disk), Redis and
 * MariaDB. Everything a login causes is in it: sending the code, leaves of the transparency log and their sequencing.
 * The floor is the login's raw cryptography and ten bare Koa requests, of the same run.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Configuration } from 'openid-client'
import { freePort, startMariadb, startRedis } from '../test/support/boot.ts'
import { aBank, type Bank, connect, logIn } from './login/client.ts'
import type { ServerOptions, Told } from './login/server.ts'
import { type BenchOptions, type BenchResult, median } from './result.ts'

const rounds = 5
const loginsPerRound = 100
/** Until the compiler has seen everything: before, a login costs a fifth more. */
const warmUp = 300
const concurrency = 8
/** Requests of the floor, as the goal is defined. */
const floorRequests = 10

interface Variant {
  readonly name: 'memory' | 'embedded' | 'production'
  readonly server: Server
}
interface Server {
  readonly config: Configuration
  readonly url: string
  cpu(): Promise<{ cpuMs: number; calls: number }>
  readonly codes: Codes
}

export async function run(options: BenchOptions): Promise<BenchResult> {
  const closing: (() => Promise<unknown>)[] = []
  const say = (line: string) => void (options.json || process.stderr.write(`${line}\n`))
  try {
    const bank = await aBank()
    const variants = await startVariants(bank, closing, say)
    const floor = await startFloor(closing)
    let requests = 0
    for (const { server } of variants) requests = await logins(server, warmUp)
    for (let warm = 0; warm < 3; warm++) await floor.measure()
    const samples: { floor: number; cpu: Record<string, number>; calls: number }[] = []
    for (let round = 0; round < rounds; round++) {
      const cpu: Record<string, number> = {}
      let calls = 0
      for (const { name, server } of variants) {
        const before = await server.cpu()
        await logins(server, loginsPerRound)
        const after = await server.cpu()
        cpu[name] = (after.cpuMs - before.cpuMs) / loginsPerRound
        if (name === 'memory') calls = (after.calls - before.calls) / loginsPerRound
      }
      samples.push({ floor: await floor.measure(), cpu, calls })
      say(`round ${round + 1}: ${JSON.stringify(samples.at(-1))}`)
    }
    return summary(samples, requests, variants)
  } finally {
    for (const close of closing.reverse()) await close()
  }
}

const summary = (
  samples: readonly { floor: number; cpu: Record<string, number>; calls: number }[],
  requests: number,
  variants: readonly Variant[],
): BenchResult => {
  const of = (name: string) => median(samples.map(({ cpu }) => cpu[name] ?? Number.NaN))
  const over = (name: string) =>
    median(samples.map(({ cpu }) => (cpu[name] ?? Number.NaN) / (cpu.memory ?? Number.NaN)))
  const production = variants.some(({ name }) => name === 'production')
  return {
    name: 'login',
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    value: of('memory'),
    unit: 'ms CPU per login, in memory',
    limit: median(samples.map(({ floor }) => floor)),
    ratio: median(samples.map(({ floor, cpu }) => floor / (cpu.memory ?? Number.NaN))),
    peers: [],
    runs: rounds,
    embedded: over('embedded'),
    production: production ? over('production') : null,
    adapterCalls: median(samples.map(({ calls }) => calls)),
    requests,
    timesFloor: median(samples.map(({ floor, cpu }) => (cpu.memory ?? Number.NaN) / floor)),
    embeddedMs: of('embedded'),
    productionMs: production ? of('production') : null,
  }
}

const startVariants = async (
  bank: Bank,
  closing: (() => Promise<unknown>)[],
  say: (line: string) => void,
): Promise<Variant[]> => {
  const memory = await start(bank, closing, {
    root: '/dev/shm',
    database: 'sqlite:',
    ephemeral: 'memory',
  })
  const embedded = await start(bank, closing, {
    root: tmpdir(),
    database: 'sqlite:',
    ephemeral: 'embedded',
  })
  const variants: Variant[] = [
    { name: 'memory', server: memory },
    { name: 'embedded', server: embedded },
  ]
  const [mariadb, redis] = await Promise.all([startMariadb(), startRedis()])
  for (const server of [mariadb, redis]) if (server) closing.push(() => server.stop())
  if (!mariadb || !redis) {
    say('no MariaDB or no Redis on this machine: production is not measured')
    return variants
  }
  const database = await freshDatabase(mariadb.url)
  const server = await start(bank, closing, { root: tmpdir(), database, ephemeral: redis.url })
  return [...variants, { name: 'production', server }]
}

const start = async (
  bank: Bank,
  closing: (() => Promise<unknown>)[],
  where: { readonly root: string; readonly database: string; readonly ephemeral: string },
): Promise<Server> => {
  const { registration: client } = bank
  const root = await mkdir(where.root, { recursive: true }).then(
    () => where.root,
    () => tmpdir(),
  )
  const dataDir = await mkdtemp(join(root, 'plinth-bench-'))
  closing.push(() => rm(dataDir, { recursive: true, force: true }))
  const { database, ephemeral } = where
  const options: ServerOptions = { dataDir, port: await freePort(), database, ephemeral, client }
  const child = fork(new URL('./login/server.ts', import.meta.url), [JSON.stringify(options)])
  closing.push(() => end(child))
  const codes = new Codes()
  child.on('message', (told: Told) => {
    if ('text' in told) codes.put(told.to, told.text)
  })
  const url = await answer(child, (told: Told) => ('ready' in told ? told.ready : undefined))
  return {
    url,
    codes,
    config: await connect(bank, url),
    cpu: async () => {
      child.send('cpu')
      return answer(child, (told: Told) => ('cpuMs' in told ? told : undefined))
    },
  }
}

/** People of the sandbox take turns; one person is in one login at a time, so that codes find their owner. */
const logins = async (server: Server, count: number): Promise<number> => {
  let started = 0
  let requests = 0
  const lane = async (person: Person): Promise<void> => {
    while (started++ < count) {
      const nextCode = () => server.codes.take(person.address)
      requests = await logIn(server.config, server.url, { uin: person.uin, nextCode })
    }
  }
  await Promise.all(people.slice(0, concurrency).map(lane))
  return requests
}

const startFloor = async (closing: (() => Promise<unknown>)[]) => {
  const child = fork(new URL('./login/floor.ts', import.meta.url), [])
  closing.push(() => end(child))
  const url = await answer(child, (told: { ready?: string }) => told.ready)
  const cpu = (): Promise<number> => {
    child.send('cpu')
    return answer(child, (told: { cpuMs?: number }) => told.cpuMs)
  }
  const request = async (number: number): Promise<void> => {
    const body = new URLSearchParams({ a: 'b'.repeat(500) })
    const response = await fetch(url, number % 2 === 0 ? {} : { method: 'POST', body })
    await response.arrayBuffer()
  }
  return {
    /** Milliseconds of CPU. */
    measure: async (): Promise<number> => {
      const count = 800
      let sent = 0
      const before = await cpu()
      const lane = async (): Promise<void> => {
        while (sent < count) await request(sent++)
      }
      await Promise.all(Array.from({ length: concurrency }, lane))
      const perRequest = ((await cpu()) - before) / count
      child.send('cryptography')
      const raw = await answer(child, (told: { cryptoMs?: number }) => told.cryptoMs)
      return raw + floorRequests * perRequest
    },
  }
}

/** One-time codes on their way to their owners. */
class Codes {
  readonly #waiting = new Map<string, (code: string) => void>()
  put(to: string, text: string): void {
    const code = /\b(\d{6})\b/.exec(text)?.[1]
    if (code === undefined) return
    this.#waiting.get(to)?.(code)
    this.#waiting.delete(to)
  }
  take(to: string): Promise<string> {
    return new Promise((resolve) => this.#waiting.set(to, resolve))
  }
}

interface Person {
  readonly uin: string
  readonly address: string
}
const sandbox = new URL('../config/countries/demo/sandbox.json', import.meta.url)
const people: readonly Person[] = (
  JSON.parse(readFileSync(sandbox, 'utf8')) as {
    persons: { uin: string; identity: { email?: string; phone?: string } }[]
  }
).persons.flatMap(({ uin, identity: { email, phone } }) => {
  const address = email ?? phone
  return address === undefined ? [] : [{ uin, address }]
})

const answer = <M, T>(child: ChildProcess, read: (told: M) => T | undefined): Promise<T> =>
  new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('a measured process ended early'))
    const listen = (told: unknown): void => {
      const found = read(told as M)
      if (found === undefined) return
      child.off('message', listen)
      child.off('exit', onExit)
      resolve(found)
    }
    child.on('message', listen)
    child.once('exit', onExit)
  })

const end = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.disconnect()
  })

const freshDatabase = async (server: string): Promise<string> => {
  const { createConnection } = await import('mysql2/promise')
  const connection = await createConnection(server)
  const name = `bench_${Date.now()}`
  await connection.query(`CREATE DATABASE ${name}`)
  await connection.end()
  return `${server}/${name}`
}
