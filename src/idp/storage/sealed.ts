/**
 * Values that live minutes, sealed without a call to the key store: AES-256-GCM under a key of the day, derived from
 * the lookup key. A key of its own for each day keeps random nonces far from 2^32 uses (NIST SP 800-38D §8.3).
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import type { Context } from '#kernel/context.ts'

export interface Sealer {
  /** `place` is bound as AAD: a value moved elsewhere does not open. */
  seal(place: string, plaintext: string): string
  /** Undefined when it was altered, moved, or is of a day whose key nobody can derive. */
  open(place: string, sealed: string): string | undefined
}

const dayMs = 24 * 3600_000

export const createSealer = (ctx: Pick<Context, 'vault' | 'now' | 'random'>): Sealer => {
  // as KeyObject: with plain bytes OpenSSL takes the key in anew for each call, three times the cost
  const keys = new Map<number, KeyObject>()
  const keyOf = (day: number): KeyObject => {
    const known = keys.get(day)
    if (known) return known
    if (keys.size > 3) keys.clear()
    const key = createSecretKey(ctx.vault.lookup('idp.ephemeral-key', String(day)), 'base64url')
    keys.set(day, key)
    return key
  }
  return {
    seal: (place, plaintext) => {
      const day = Math.floor(ctx.now().getTime() / dayMs)
      const iv = ctx.random(12)
      const cipher = createCipheriv('aes-256-gcm', keyOf(day), iv).setAAD(Buffer.from(place))
      const head = cipher.update(plaintext, 'utf8')
      const rest = cipher.final()
      const bytes = Buffer.concat([iv, cipher.getAuthTag(), head, rest])
      return `${day}.${bytes.toString('base64url')}`
    },
    open: (place, sealed) => {
      const dot = sealed.indexOf('.')
      const day = Number(sealed.slice(0, dot))
      const bytes = Buffer.from(sealed.slice(dot + 1), 'base64url')
      if (dot < 1 || !Number.isSafeInteger(day) || bytes.length < 28) return undefined
      try {
        const decipher = createDecipheriv('aes-256-gcm', keyOf(day), bytes.subarray(0, 12), {
          authTagLength: 16,
        })
        decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(12, 28))
        return decipher.update(bytes.subarray(28), undefined, 'utf8') + decipher.final('utf8')
      } catch {
        return undefined
      }
    },
  }
}
