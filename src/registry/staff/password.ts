/** Passwords of staff: argon2id (RFC 9106 §4, second recommended option: 64 MiB, 3 passes, 4 lanes). */
import { argon2, timingSafeEqual } from 'node:crypto'

interface Cost {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}
const recommended: Cost = { memory: 64 * 1024, passes: 3, parallelism: 4 }
const TAG_BYTES = 32
/** Longer input is refused before it costs anything. */
export const PASSWORD_MAX = 200

export async function hashPassword(password: string, salt: Uint8Array): Promise<string> {
  const tag = await derive(password, salt, recommended)
  const { memory, passes, parallelism } = recommended
  return ['argon2id', memory, passes, parallelism, encode(salt), encode(tag)].join('$')
}

/** Takes the same time for an account that does not exist: pass undefined. */
export async function passwordMatches(
  password: string,
  stored: string | undefined,
): Promise<boolean> {
  if (password.length > PASSWORD_MAX) return false
  const [kind, memory, passes, parallelism, salt, tag] = (stored ?? nobody).split('$')
  if (kind !== 'argon2id' || salt === undefined || tag === undefined) return false
  const cost = {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
  }
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost)
  const expected = Buffer.from(tag, 'base64url')
  return expected.length === derived.length && timingSafeEqual(expected, derived)
}

/** No password has this tag: it is not the output of anything. */
const nobody = [
  'argon2id',
  recommended.memory,
  recommended.passes,
  recommended.parallelism,
  Buffer.alloc(16).toString('base64url'),
  Buffer.alloc(TAG_BYTES).toString('base64url'),
].join('$')

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url')

/**
 * One at a time: each takes 64 MiB and a thread of the few that the whole house signs and reads files with, and a crowd at
 * this door must not take them all.
 */
const derive = (password: string, nonce: Uint8Array, cost: Cost): Promise<Buffer> => {
  const mine = last.then(() => tagOf(password, nonce, cost))
  last = mine.catch(() => undefined)
  return mine
}
let last: Promise<unknown> = Promise.resolve()

const tagOf = (password: string, nonce: Uint8Array, cost: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const message = password.normalize('NFKC')
    argon2('argon2id', { message, nonce, ...cost, tagLength: TAG_BYTES }, (error, tag) => {
      if (error === null) resolve(tag)
      else reject(error)
    })
  })
