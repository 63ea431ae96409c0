import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { checkKey, checkTtl, checkValue } from './bounds.ts'
import type { Ephemeral } from './ephemeral.ts'
import { ephemeralProblem } from './problems.ts'

const ENTRIES_MAX = 1_000_000
/** UTF-16 code units of keys and values together. */
const UNITS_MAX = 256 * 1024 * 1024
const SWEEP_INTERVAL_MS = 1_000
/** Entries looked at in one sweep: well below a millisecond. */
const SWEEP_ENTRIES = 5_000

export interface Entry {
  readonly value: string
  readonly expiresAt: number
}
/** Told of every change, after it; a promise that it returns is awaited before the answer. */
export interface Journal {
  /** May be written a moment later: losing it costs a new try. */
  changed(key: string): void
  /** Must be on file before the answer: losing it would let something be used twice. */
  spent(key: string): Promise<void> | undefined
  /** Throws while the file cannot be written. */
  check(): void
}
export interface Memory extends Ephemeral {
  /** What holds now; undefined when absent or expired. */
  peek(key: string): Entry | undefined
  load(key: string, entry: Entry): void
}

/** In this process only. Operations are synchronous inside, so each is atomic. */
export const createMemory = (now: () => Date, journal?: Journal): Memory => {
  const entries = new Map<string, Entry>()
  const channels = new EventEmitter().setMaxListeners(0)
  let units = 0

  const drop = (key: string): void => {
    const entry = entries.get(key)
    if (entry === undefined) return
    units -= key.length + entry.value.length
    entries.delete(key)
  }
  const put = (key: string, entry: Entry): void => {
    drop(key)
    const more = key.length + entry.value.length
    if (entries.size >= ENTRIES_MAX || units + more > UNITS_MAX) {
      sweep(entries.size)
      if (entries.size >= ENTRIES_MAX || units + more > UNITS_MAX)
        throw ephemeralProblem('ephemeral.full')
    }
    units += more
    entries.set(key, entry)
  }
  const peek = (key: string): Entry | undefined => {
    const entry = entries.get(key)
    return entry !== undefined && entry.expiresAt > now().getTime() ? entry : undefined
  }
  let cursor = entries.entries()
  const sweep = (count: number): void => {
    const at = now().getTime()
    for (let seen = 0; seen < count; seen += 1) {
      const { value: next, done } = cursor.next()
      if (done) {
        cursor = entries.entries()
        return
      }
      const [key, entry] = next
      if (entry.expiresAt > at) continue
      drop(key)
      journal?.changed(key)
    }
  }
  const timer = setInterval(() => sweep(SWEEP_ENTRIES), SWEEP_INTERVAL_MS).unref()
  const expiry = (ttlMs: number): number => {
    checkTtl(ttlMs)
    return now().getTime() + ttlMs
  }
  const take = (key: string): Entry | undefined => {
    checkKey(key)
    const entry = peek(key)
    if (entry === undefined && entries.has(key)) journal?.changed(key)
    drop(key)
    return entry
  }

  return {
    peek,
    load: put,
    async get(key) {
      checkKey(key)
      journal?.check()
      return peek(key)?.value
    },
    async set(key, value, { ttlMs, onlyIfAbsent }) {
      checkKey(key)
      checkValue(value)
      journal?.check()
      if (onlyIfAbsent && peek(key) !== undefined) return false
      put(key, { value, expiresAt: expiry(ttlMs) })
      if (onlyIfAbsent) await journal?.spent(key)
      else journal?.changed(key)
      return true
    },
    async getdel(key) {
      journal?.check()
      const entry = take(key)
      if (entry !== undefined) await journal?.spent(key)
      return entry?.value
    },
    async incrBy(key, by, { ttlMs }) {
      checkKey(key)
      journal?.check()
      const entry = peek(key)
      const value = Number(entry?.value ?? 0) + by
      assert(Number.isSafeInteger(value), 'not a counter')
      put(key, { value: String(value), expiresAt: entry?.expiresAt ?? expiry(ttlMs) })
      journal?.changed(key)
      return value
    },
    async del(...keys) {
      journal?.check()
      const taken = keys.filter((key) => take(key) !== undefined)
      await Promise.all(taken.map((key) => journal?.spent(key)))
      return taken.length
    },
    async expire(key, ttlMs) {
      checkKey(key)
      journal?.check()
      const entry = peek(key)
      if (entry === undefined) return false
      put(key, { value: entry.value, expiresAt: expiry(ttlMs) })
      journal?.changed(key)
      return true
    },
    async publish(channel, message) {
      setImmediate(() => channels.emit(`:${channel}`, message))
    },
    async subscribe(channel, listener) {
      channels.on(`:${channel}`, listener)
      return async () => {
        channels.off(`:${channel}`, listener)
      }
    },
    async close() {
      clearInterval(timer)
      entries.clear()
      channels.removeAllListeners()
    },
  }
}
