import { randomUUID } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Sequelize, Transaction } from 'sequelize'
import { createSignals, type EngineDatabase, type EngineTx } from '../engine.ts'
import { type Connection, createDialectModule, openHandle } from './dialect.ts'
import { lockFile } from './lock.ts'
import { createMutex } from './mutex.ts'

/**
 * FULL: a commit is on the disk before it is acknowledged (a receipt for a packet depends on it).
 * No busy timeout: it would block the thread that has to commit.
 */
const PRAGMAS = `PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 0;
  PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -16384`

/** Longest wait for other writers, milliseconds. */
const WRITER_WAIT_MAX_MS = 15_000

/** `plinth.sqlite` in `dataDir`. Throws `database.in-use` when another process has it open. */
export const openSqlite = async (dataDir: string): Promise<EngineDatabase> => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, 'plinth.sqlite')
  const unlock = lockFile(`${file}-lock`)
  const dialect = createDialectModule((path) => openHandle(path, PRAGMAS))
  const sequelize = new Sequelize({
    dialect: 'sqlite',
    dialectModule: dialect.module,
    // Without OPEN_CREATE Sequelize does not make the folder anew for every transaction.
    dialectOptions: { mode: dialect.module.OPEN_READWRITE },
    storage: file,
    logging: false,
    // Read by the dialect, absent from its types; otherwise one PRAGMA for each transaction.
    ...{ foreignKeys: false },
  })
  const manager = sequelize.connectionManager
  const reader = (await manager.getConnection({ type: 'read' })) as Connection
  reader.handle.exec('PRAGMA query_only = ON')
  const oneWriter = createMutex(WRITER_WAIT_MAX_MS)
  const signals = createSignals()

  const attempt: EngineDatabase['attempt'] = (work) =>
    oneWriter(async () => {
      try {
        return await sequelize.transaction({ type: Transaction.TYPES.IMMEDIATE }, (transaction) =>
          work(toTx(connectionOf(transaction), signals)),
        )
      } finally {
        dialect.reclaim(reader.handle)
      }
    })
  return {
    engine: 'sqlite',
    signals,
    instance: randomUUID(),
    attempt,
    mayRetry: () => false,
    run: (sql, values) => reader.answer(sql, values),
    alone: (work) => attempt(work),
    close: () =>
      oneWriter(async () => {
        dialect.shutdown()
        unlock()
      }),
  }
}

const connectionOf = (transaction: Transaction): Connection =>
  (transaction as unknown as { connection: Connection }).connection

const toTx = (connection: Connection, signals: EventEmitter): EngineTx => ({
  engine: 'sqlite',
  brand: 'Tx',
  signals,
  afterCommit: [],
  run: (sql, values) => connection.answer(sql, values),
})
