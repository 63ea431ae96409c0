/**
 * Engines for tests. A run shares one server of each kind when somebody called `startShared` and hands its environment
 * on; otherwise each test process boots its own on first use. Every call of `databaseUrl` is a fresh database.
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import mysql from 'mysql2/promise'
import { BINARIES, DELEGATED, findBinary, scratch, startMariadb, startRedis } from './boot.ts'

export { freePort, type Server, type StartOptions, startMariadb, startRedis } from './boot.ts'
export type Engine = 'sqlite' | 'mariadb' | 'redis'

type Skippable = typeof test.skip
export type EngineTest = Skippable & { readonly serial: Skippable }

/** `test`, or a skip with its reason printed where the engine's binary is absent; with REQUIRE_ENGINES=1 that fails. */
export const testOn = (engine: Engine): EngineTest => {
  const present = engine === 'sqlite' || process.env[DELEGATED[engine]] || findBinary(engine)
  if (present) return test as EngineTest
  if (process.env.REQUIRE_ENGINES === '1') throw new Error(`${engine} is required and absent`)
  console.log(`skipped: no ${engine} on this machine (${BINARIES[engine].join(', ')})`)
  return Object.assign(test.skip.bind(undefined) as Skippable, { serial: test.serial.skip })
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
  const folder = mkdtempSync(join(scratch(), 'plinth-test-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const booted: { mariadb?: Promise<string>; redis?: Promise<string> } = {}
const serverUrl = (kind: 'mariadb' | 'redis'): Promise<string> => {
  booted[kind] ??= boot(kind)
  return booted[kind]
}
const boot = async (kind: 'mariadb' | 'redis'): Promise<string> => {
  const delegated = process.env[DELEGATED[kind]]
  if (delegated) return delegated
  const server = await (kind === 'mariadb' ? startMariadb({ root: scratch() }) : startRedis())
  if (server === undefined) throw new Error(`no ${kind} on this machine`)
  return server.url
}

const administer = async (server: string, sql: string): Promise<void> => {
  const connection = await mysql.createConnection(server)
  await connection.query(sql)
  await connection.end()
}
