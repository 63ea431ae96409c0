/** Signs and checks the engine's cookies with HMAC-SHA-256; Keygrip's own default is SHA-1. */
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import Keygrip from 'keygrip'

/** Speaks as a Keygrip, which the engine takes; compares directly, where Keygrip makes two more HMACs for each look. */
export const cookieSigner = (secret: Buffer): Keygrip => {
  const key = createSecretKey(secret)
  const sign = (data: string): string => createHmac('sha256', key).update(data).digest('base64url')
  const matches = (data: string, digest: string): boolean => {
    const [expected, given] = [Buffer.from(sign(data)), Buffer.from(digest)]
    return expected.length === given.length && timingSafeEqual(expected, given)
  }
  return Object.assign(new Keygrip(['unused'], 'sha256'), {
    sign,
    verify: matches,
    index: (data: string, digest: string) => (matches(data, digest) ? 0 : -1),
  })
}
