/**
 * Throw-away MariaDB and Redis from the machine's own packages, on 127.0.0.1. A run shares one server of each kind
 * when `scripts/test.ts` boots them and hands their addresses on (`PLINTH_TEST_MARIADB`, `PLINTH_TEST_REDIS`);
 * otherwise each test process boots its own on first use. Every call of `databaseUrl` is a fresh database.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import mysql from 'mysql2/promise'

export type Engine = 'sqlite' | 'mariadb' | 'redis'
export interface Server {
  readonly host: string
  readonly port: number
  readonly pid: number
  /** `mysql://root@127.0.0.1:port` (without a database) or `redis://127.0.0.1:port`. */
  readonly url: string
  stop(): Promise<void>
}

const BOOT_MS = 30_000
const STOP_MS = 5_000
const BINARIES = {
  mariadb: ['/usr/sbin/mariadbd', '/usr/sbin/mysqld'],
  redis: ['/usr/bin/redis-server', '/usr/bin/valkey-server'],
} as const
const INSTALL_DB = '/usr/bin/mariadb-install-db'
const DELEGATED = { mariadb: 'PLINTH_TEST_MARIADB', redis: 'PLINTH_TEST_REDIS' } as const

/** `test`, or a skip with its reason printed where the engine's binary is absent; with REQUIRE_ENGINES=1 that fails. */
export const testOn = (engine: Engine): typeof test | typeof test.skip => {
  if (engine === 'sqlite' || process.env[DELEGATED[engine]] || findBinary(engine)) return test
  if (process.env.REQUIRE_ENGINES === '1') throw new Error(`${engine} is required and absent`)
  console.log(`skipped: no ${engine} on this machine (${BINARIES[engine].join(', ')})`)
  return test.skip
}

/** A fresh database for this test: `sqlite:` (use a fresh `dataDir`), or a MariaDB database that the teardown drops. */
export const databaseUrl = async (
  t: ExecutionContext,
  engine: 'sqlite' | 'mariadb',
): Promise<string> => {
  if (engine === 'sqlite') return 'sqlite:'
  const server = await serverUrl('mariadb')
  const name = `t_${randomBytes(6).toString('hex')}`
  await administer(server, `CREATE DATABASE ${name}`)
  t.teardown(() => administer(server, `DROP DATABASE IF EXISTS ${name}`))
  return `${server}/${name}`
}

/** One Redis for the process (or the run): use keys of your own. */
export const redisUrl = (): Promise<string> => serverUrl('redis')

/** A new folder for this test, removed by its teardown. */
export const dataFolder = (t: ExecutionContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'plinth-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface StartOptions {
  /** Command line options. */
  readonly extra?: readonly string[]
  /** A free one when absent. */
  readonly port?: number
}
/** Undefined where the binary is absent. The caller stops it. */
export const startMariadb = async ({
  extra = [],
  port,
}: StartOptions = {}): Promise<Server | undefined> => {
  const binary = findBinary('mariadb')
  if (binary === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'plinth-mariadb-'))
  mkdirSync(join(folder, 'data'))
  const user = process.getuid?.() === 0 ? ['--user=root'] : []
  const common = ['--no-defaults', ...user, `--datadir=${folder}/data`]
  const install = [...common, '--skip-test-db', '--auth-root-authentication-method=normal']
  execFileSync(INSTALL_DB, install, { stdio: 'ignore' })
  const options = (at: number) => [
    ...common,
    `--socket=${folder}/s.sock`,
    `--pid-file=${folder}/pid`,
    `--port=${at}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
    '--skip-grant-tables',
    '--loose-skip-networking=0',
    '--innodb-buffer-pool-size=64M',
    '--innodb-log-file-size=16M',
    '--max-connections=400',
    ...extra,
  ]
  const server = await start(binary, folder, options, port)
  return { ...server, url: `mysql://root@127.0.0.1:${server.port}` }
}

/** As `startMariadb`. Nothing is persisted. */
export const startRedis = async ({
  extra = [],
  port,
}: StartOptions = {}): Promise<Server | undefined> => {
  const binary = findBinary('redis')
  if (binary === undefined) return undefined
  const folder = mkdtempSync(join(tmpdir(), 'plinth-redis-'))
  const options = (at: number) => [
    ...['--port', `${at}`, '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--appendonly', 'no'],
    ...extra,
  ]
  const server = await start(binary, folder, options, port)
  return { ...server, url: `redis://127.0.0.1:${server.port}` }
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

const booted: { mariadb?: Promise<string>; redis?: Promise<string> } = {}
const serverUrl = (kind: 'mariadb' | 'redis'): Promise<string> => {
  booted[kind] ??= boot(kind)
  return booted[kind]
}
const boot = async (kind: 'mariadb' | 'redis'): Promise<string> => {
  const delegated = process.env[DELEGATED[kind]]
  if (delegated) return delegated
  const server = await (kind === 'mariadb' ? startMariadb() : startRedis())
  if (server === undefined) throw new Error(`no ${kind} on this machine`)
  return server.url
}

const administer = async (server: string, sql: string): Promise<void> => {
  const connection = await mysql.createConnection(server)
  await connection.query(sql)
  await connection.end()
}

const findBinary = (kind: 'mariadb' | 'redis'): string | undefined =>
  kind === 'mariadb' && !existsSync(INSTALL_DB) ? undefined : BINARIES[kind].find(existsSync)

const start = async (
  binary: string,
  folder: string,
  options: (port: number) => readonly string[],
  wanted: number | undefined,
): Promise<Omit<Server, 'url'>> => {
  const port = wanted ?? (await freePort())
  const child = spawn(binary, options(port), { stdio: 'ignore' })
  const abandon = () => {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', abandon)
  child.unref()
  await answering(port, child)
  return { host: '127.0.0.1', port, pid: child.pid ?? 0, stop: () => stop(child, folder, abandon) }
}

const answering = async (port: number, child: ChildProcess): Promise<void> => {
  for (const end = Date.now() + BOOT_MS; Date.now() < end; await sleep(20)) {
    if (child.exitCode !== null) throw new Error(`the server exited with ${child.exitCode}`)
    const up = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1')
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
      socket.once('connect', () => socket.destroy())
    })
    if (up) return
  }
  throw new Error('the server did not come up')
}

const stop = async (child: ChildProcess, folder: string, abandon: () => void): Promise<void> => {
  process.off('exit', abandon)
  const gone = new Promise((resolve) => child.once('exit', resolve))
  if (child.exitCode === null && child.signalCode === null) {
    child.ref()
    child.kill('SIGTERM')
    const deadline = sleep(STOP_MS, undefined, { ref: false }).then(() => child.kill('SIGKILL'))
    await Promise.race([gone, deadline.then(() => gone)])
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}
