/** Throw-away MariaDB and Redis from the machine's own packages, on 127.0.0.1; for tests and benchmarks. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

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
/** Variables by which test processes learn of servers that are up already. */
export const DELEGATED = { mariadb: 'TEST_MARIADB_URL', redis: 'TEST_REDIS_URL' } as const
export const BINARIES = {
  mariadb: ['/usr/sbin/mariadbd', '/usr/sbin/mysqld'],
  redis: ['/usr/bin/redis-server', '/usr/bin/valkey-server'],
} as const
const INSTALL_DB = '/usr/bin/mariadb-install-db'

export interface StartOptions {
  /** Command line options. */
  readonly extra?: readonly string[]
  /** A free one when absent. */
  readonly port?: number
  /** Where its folder is made; the system's folder for temporary files when absent. */
  readonly root?: string
}
/** Undefined where the binary is absent. The caller stops it. */
export const startMariadb = async ({
  extra = [],
  port,
  root = tmpdir(),
}: StartOptions = {}): Promise<Server | undefined> => {
  const binary = findBinary('mariadb')
  if (binary === undefined) return undefined
  const folder = mkdtempSync(join(root, 'plinth-mariadb-'))
  mkdirSync(join(folder, 'data'))
  const user = process.getuid?.() === 0 ? ['--user=root'] : []
  // Of its own: servers that are installed at the same moment take each other's temporary tables.
  const common = ['--no-defaults', ...user, `--datadir=${folder}/data`, `--tmpdir=${folder}`]
  const install = [...common, '--skip-test-db', '--auth-root-authentication-method=normal']
  await promisify(execFile)(INSTALL_DB, install)
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
  root = tmpdir(),
}: StartOptions = {}): Promise<Server | undefined> => {
  const binary = findBinary('redis')
  if (binary === undefined) return undefined
  const folder = mkdtempSync(join(root, 'plinth-redis-'))
  const options = (at: number) => [
    ...['--port', `${at}`, '--bind', '127.0.0.1', '--dir', folder],
    ...['--save', '', '--appendonly', 'no'],
    ...extra,
  ]
  const server = await start(binary, folder, options, port)
  return { ...server, url: `redis://127.0.0.1:${server.port}` }
}

/** Servers for a whole run: the environment that tells test processes of them. Absent binaries are left out. */
export const startShared = async (): Promise<{
  readonly env: Readonly<Record<string, string>>
  stop(): Promise<void>
}> => {
  const root = scratch()
  const [mariadb, redis] = await Promise.all([startMariadb({ root }), startRedis({ root })])
  return {
    env: {
      ...(mariadb && { [DELEGATED.mariadb]: mariadb.url }),
      ...(redis && { [DELEGATED.redis]: redis.url }),
    },
    async stop() {
      await Promise.all([mariadb?.stop(), redis?.stop()])
    },
  }
}

const MEMORY_DISK = '/dev/shm'
const MEMORY_DISK_MIN_BYTES = 2 ** 31
/**
 * Every commit of every test waits for the disk, and all tests share one. Where memory looks like a disk and is roomy,
 * they use that: a killed process leaves the same there, only a power cut would not.
 */
export const scratch = (): string => {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_DISK)
    return bavail * bsize >= MEMORY_DISK_MIN_BYTES ? MEMORY_DISK : tmpdir()
  } catch {
    return tmpdir()
  }
}

export const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

export const findBinary = (kind: 'mariadb' | 'redis'): string | undefined =>
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
