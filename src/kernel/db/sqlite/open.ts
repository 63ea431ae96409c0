import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { EventEmitter } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { Sequelize } from 'sequelize'
import { createSignals, type EngineDatabase, type EngineTx } from '../engine.ts'
import { type Connection, createDialectModule, openHandle, toVerbError } from './dialect.ts'
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
  const writer = (await manager.getConnection({
    type: 'write',
    ...{ uuid: 'writer' },
  })) as Connection
  const oneWriter = createMutex(WRITER_WAIT_MAX_MS)
  const signals = createSignals()

  // Not `sequelize.transaction`: its machinery costs ten times what BEGIN and COMMIT cost, and a login has nine.
  const attempt: EngineDatabase['attempt'] = (work) =>
    oneWriter(async () => {
      const { tx, end } = beginTx(writer, signals)
      try {
        const result = await work(tx)
        end()
        writer.handle.run('COMMIT', [])
        return result
      } catch (error) {
        end()
        // A COMMIT that failed (a full disk) may have left the transaction open.
        if (writer.handle.inTransaction) writer.handle.exec('ROLLBACK')
        throw toVerbError(error)
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

/** After `end` the handle refuses: a statement that nobody awaited would otherwise land in the next transaction. */
const beginTx = (writer: Connection, signals: EventEmitter): { tx: EngineTx; end: () => void } => {
  writer.handle.run('BEGIN IMMEDIATE', [])
  let open = true
  const run: EngineTx['run'] = async (sql, values) => {
    assert(open, 'a statement after the end of its transaction')
    return writer.answer(sql, values)
  }
  const tx: EngineTx = { engine: 'sqlite', brand: 'Tx', signals, afterCommit: [], run }
  const end = (): void => {
    open = false
  }
  return { tx, end }
}
