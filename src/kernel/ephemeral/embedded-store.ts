/** The file behind the embedded back end: `ephemeral.sqlite` in the data folder, one connection, one owner. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Handle, openHandle } from '../db/sqlite/dialect.ts'
import type { Entry } from './memory.ts'
import { ephemeralProblem } from './problems.ts'

/**
 * EXCLUSIVE: a second process is refused, and the lock ends with this one. NORMAL: a commit survives the end of the
 * process, though not a power cut, which `lostPower` detects.
 */
const PRAGMAS = `PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
  PRAGMA busy_timeout = 0; PRAGMA trusted_schema = OFF`
const TABLES = `
  CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS opening (one INTEGER PRIMARY KEY CHECK (one = 1), boot TEXT NOT NULL, clean INTEGER NOT NULL) STRICT`

export interface EntryFile {
  /** What is live at `at`; deletes the rest. */
  load(at: number, each: (key: string, entry: Entry) => void): void
  /** In one transaction; an undefined entry deletes. */
  write(changes: Iterable<readonly [key: string, entry: Entry | undefined]>): void
  close(): void
}

/** Throws `ephemeral.in-use`, `ephemeral.unavailable`. */
export const openEntryFile = (dataDir: string): EntryFile => {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const handle = openExclusively(join(dataDir, 'ephemeral.sqlite'))
  if (lostPower(handle)) handle.exec('DELETE FROM entry')
  const mark = 'INSERT OR REPLACE INTO opening (one, boot, clean) VALUES (1, ?, ?)'
  handle.run(mark, [bootId(), 0])
  return {
    load(at, each) {
      handle.run('DELETE FROM entry WHERE expires_at <= ?', [at])
      for (const row of handle.run('SELECT key, value, expires_at FROM entry', []).rows)
        each(String(row.key), { value: String(row.value), expiresAt: Number(row.expires_at) })
    },
    write(changes) {
      handle.exec('BEGIN IMMEDIATE')
      try {
        for (const [key, entry] of changes)
          if (entry === undefined) handle.run('DELETE FROM entry WHERE key = ?', [key])
          else
            handle.run('INSERT OR REPLACE INTO entry (key, value, expires_at) VALUES (?, ?, ?)', [
              key,
              entry.value,
              entry.expiresAt,
            ])
        handle.exec('COMMIT')
      } catch (error) {
        if (handle.inTransaction) handle.exec('ROLLBACK')
        throw error
      }
    },
    close() {
      handle.run(mark, [bootId(), 1])
      handle.close()
    },
  }
}

const openExclusively = (file: string): Handle => {
  let handle: Handle | undefined
  try {
    handle = openHandle(file, PRAGMAS)
    handle.exec(TABLES)
    return handle
  } catch (cause) {
    handle?.close()
    const busy =
      cause instanceof Error && 'errcode' in cause && (Number(cause.errcode) & 0xff) === 5
    throw ephemeralProblem(busy ? 'ephemeral.in-use' : 'ephemeral.unavailable', { cause })
  }
}

/**
 * The machine went down under the last opening, so its newest commits may be missing, among them the deletion of
 * codes already used. Then nothing on file is trusted.
 */
const lostPower = (handle: Handle): boolean => {
  const [last] = handle.run('SELECT boot, clean FROM opening', []).rows
  return last !== undefined && last.clean === 0 && last.boot !== bootId()
}

/** New for each start of the machine; where the system has no such id, every unclean end counts as a power cut. */
const bootId = (): string => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'ascii').trim()
  } catch {
    return randomUUID()
  }
}
