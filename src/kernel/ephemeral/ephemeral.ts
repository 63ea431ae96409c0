/**
 * What may be lost at the cost of a new try, never of a record (design §4.3): one-time codes, sessions, replay
 * memory, rate limits. Back ends: memory, memory + SQLite (survives a restart), Redis. Keys are ASCII up to 200
 * characters and hold no personal data (callers put an HMAC there); values up to 256 KiB, sealed by the caller
 * where they are personal. A back end that is down throws: callers refuse.
 */
export interface Ephemeral {
  get(key: string): Promise<string | undefined>
  /** False when `onlyIfAbsent` and the key is there. */
  set(
    key: string,
    value: string,
    options: { ttlMs: number; onlyIfAbsent?: boolean },
  ): Promise<boolean>
  /** Reads and deletes atomically: of any number of callers one gets the value. */
  getdel(key: string): Promise<string | undefined>
  /** Atomic; a new counter starts at 0 and lives `ttlMs` from its creation. Answers the new value. */
  incrBy(key: string, by: number, options: { ttlMs: number }): Promise<number>
  /** Answers how many there were. */
  del(...keys: string[]): Promise<number>
  expire(key: string, ttlMs: number): Promise<boolean>
  /** A hint to every process, delivered at most once; truth stays in SQL. */
  publish(channel: string, message: string): Promise<void>
  subscribe(channel: string, listener: (message: string) => void): Promise<() => Promise<void>>
  close(): Promise<void>
}
