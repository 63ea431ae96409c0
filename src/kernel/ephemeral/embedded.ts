import { type EntryFile, openEntryFile } from './embedded-store.ts'
import type { Ephemeral } from './ephemeral.ts'
import { createMemory, type Memory } from './memory.ts'
import { ephemeralProblem } from './problems.ts'

/** The most that a kill of the process can lose of plain writes, milliseconds. */
const FLUSH_MS = 20
const RETRY_MS = 500

/**
 * Memory answers; a SQLite file follows. Plain writes are written behind in groups. What makes something used
 * (`getdel`, `del`, `set` with `onlyIfAbsent`) is committed to the file before the answer, all such operations of
 * one turn of the event loop in one transaction. While the file cannot be written every operation throws.
 */
export const openEmbedded = async (dataDir: string, now: () => Date): Promise<Ephemeral> => {
  const file = openEntryFile(dataDir)
  const journal = createJournal(file, (key) => memory.peek(key))
  const memory: Memory = createMemory(now, journal)
  file.load(now().getTime(), (key, entry) => {
    memory.load(key, entry)
    journal.loaded(key)
  })
  return {
    ...memory,
    async close() {
      journal.close()
      await memory.close()
      file.close()
    },
  }
}

const createJournal = (file: EntryFile, peek: Memory['peek']) => {
  const dirty = new Set<string>()
  /** Keys that have a row on file. */
  const onFile = new Set<string>()
  let waiting: { resolve: () => void; reject: (error: unknown) => void }[] = []
  let failure: unknown
  let timer: NodeJS.Timeout | undefined
  let urgent: NodeJS.Immediate | undefined

  const flush = (): void => {
    clearTimeout(timer)
    clearImmediate(urgent)
    timer = undefined
    urgent = undefined
    const waiters = waiting
    waiting = []
    try {
      write()
      failure = undefined
      for (const { resolve } of waiters) resolve()
    } catch (cause) {
      failure = ephemeralProblem('ephemeral.unavailable', { cause })
      timer = setTimeout(flush, RETRY_MS).unref()
      for (const { reject } of waiters) reject(failure)
    }
  }
  const write = (): void => {
    if (dirty.size === 0) return
    const changes = [...dirty].map((key) => [key, peek(key)] as const)
    file.write(changes)
    for (const [key, entry] of changes)
      if (entry === undefined) onFile.delete(key)
      else onFile.add(key)
    dirty.clear()
  }
  return {
    loaded: (key: string): void => void onFile.add(key),
    check(): void {
      if (failure !== undefined) throw failure
    },
    changed(key: string): void {
      dirty.add(key)
      timer ??= setTimeout(flush, FLUSH_MS)
    },
    spent(key: string): Promise<void> | undefined {
      // Came and went between two flushes: the file never knew it.
      if (!onFile.has(key) && peek(key) === undefined) {
        dirty.delete(key)
        return undefined
      }
      dirty.add(key)
      urgent ??= setImmediate(flush)
      return new Promise((resolve, reject) => waiting.push({ resolve, reject }))
    },
    close(): void {
      flush()
      clearTimeout(timer)
    },
  }
}
