import assert from 'node:assert/strict'
import type { RedisClientType } from 'redis'
import { checkKey, checkTtl, checkValue } from './bounds.ts'
import type { Ephemeral } from './ephemeral.ts'
import { ephemeralProblem } from './problems.ts'

/** Keys and channels of ours begin with it: the server may be shared. */
const PREFIX = 'plinth:'
const CONNECT_MS = 2_000
/** An operation that Redis has not answered by then is refused. */
const COMMAND_MS = 2_000
const QUEUE_MAX = 10_000
const RECONNECT_MAX_MS = 1_000

/** Throws `ephemeral.unavailable`, `ephemeral.evicts`. */
export const openRedis = async (url: string): Promise<Ephemeral> => {
  // Loaded only here: an embedded start does without it.
  const { createClient } = await import('redis')
  let opened = false
  const client: RedisClientType = createClient({
    url,
    // While the connection is down, commands throw at once instead of queueing.
    disableOfflineQueue: true,
    commandsQueueMaxLength: QUEUE_MAX,
    pingInterval: 5_000,
    socket: {
      connectTimeout: CONNECT_MS,
      // Before the first connection nobody waits for retries: the start fails.
      reconnectStrategy: (retries) =>
        opened ? Math.min(50 * 2 ** Math.min(retries, 6), RECONNECT_MAX_MS) : false,
    },
  }) as RedisClientType
  // Every operation reports its own failure; without a listener the event would end the process.
  client.on('error', () => {})
  try {
    await bounded(client.connect())
    await refuseEviction(client)
  } catch (error) {
    client.destroy()
    throw error
  }
  opened = true
  return { ...commands(client), ...createChannels(client) }
}

const commands = (client: RedisClientType): Omit<Ephemeral, 'publish' | 'subscribe' | 'close'> => ({
  get: async (key) => (await bounded(client.get(named(key)))) ?? undefined,
  async set(key, value, { ttlMs, onlyIfAbsent }) {
    checkValue(value)
    checkTtl(ttlMs)
    const expiration = { type: 'PX', value: ttlMs } as const
    const done = client.set(
      named(key),
      value,
      onlyIfAbsent ? { expiration, condition: 'NX' } : { expiration },
    )
    return (await bounded(done)) !== null
  },
  getdel: async (key) => (await bounded(client.getDel(named(key)))) ?? undefined,
  async incrBy(key, by, { ttlMs }) {
    checkTtl(ttlMs)
    const expiration = { type: 'PX', value: ttlMs } as const
    const steps = client
      .multi()
      .set(named(key), '0', { expiration, condition: 'NX' })
      .incrBy(named(key), by)
    const value = Number((await bounded(steps.exec()))[1])
    assert(Number.isSafeInteger(value), 'not a counter')
    return value
  },
  del: async (...keys) => (keys.length === 0 ? 0 : bounded(client.del(keys.map(named)))),
  async expire(key, ttlMs) {
    checkTtl(ttlMs)
    return (await bounded(client.pExpire(named(key), ttlMs))) === 1
  },
})

/** A connection that subscribes can do nothing else, so it is one of its own, opened on first use. */
const createChannels = (
  client: RedisClientType,
): Pick<Ephemeral, 'publish' | 'subscribe' | 'close'> => {
  let subscriber: Promise<RedisClientType> | undefined
  const connect = async (): Promise<RedisClientType> => {
    const second = client.duplicate() as RedisClientType
    second.on('error', () => {})
    await bounded(second.connect())
    return second
  }
  return {
    async publish(channel, message) {
      await bounded(client.publish(`${PREFIX}${channel}`, message))
    },
    async subscribe(channel, listener) {
      subscriber ??= connect()
      subscriber.catch(() => {
        subscriber = undefined
      })
      const second = await subscriber
      const heard = (message: string) => listener(message)
      await bounded(second.subscribe(`${PREFIX}${channel}`, heard))
      return async () => {
        // Heard no more whether Redis answers or not: `close` ends the connection.
        await bounded(second.unsubscribe(`${PREFIX}${channel}`, heard)).catch(() => {})
      }
    },
    async close() {
      const second = await subscriber?.catch(() => undefined)
      second?.destroy()
      client.destroy()
    },
  }
}

const named = (key: string): string => {
  checkKey(key)
  return `${PREFIX}${key}`
}

/** node-redis bounds the wait before a command is written, not the wait for its answer. */
const bounded = async <T>(command: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), COMMAND_MS)
  })
  try {
    return await Promise.race([command, late])
  } catch (cause) {
    throw ephemeralProblem('ephemeral.unavailable', { cause })
  } finally {
    clearTimeout(timer)
  }
}

/** With eviction a full Redis would forget used codes and tokens before their time: a replay would pass. */
const refuseEviction = async (client: RedisClientType): Promise<void> => {
  const info = await bounded(client.info('memory'))
  const field = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
  if ((field('maxmemory') ?? '0') !== '0' && field('maxmemory_policy') !== 'noeviction')
    throw ephemeralProblem('ephemeral.evicts')
}
