/** Opens the vault over the tables of `vault-migrations.ts`, which must have run. */
import assert from 'node:assert/strict'
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import { type DataKey, type DataKeysContext, loadDataKeys, makeDataKey } from './data-keys.ts'
import { placeBytes } from './place.ts'
import { vaultProblem } from './problems.ts'
import type { Place, Vault } from './vault.ts'

/** How long a process seals under a key before it looks whether another process rotated, in milliseconds. */
const refreshMs = 600_000
/**
 * Values sealed by one process under one key. NIST SP 800-38D §8.3 bounds random nonces to 2^32 for a key; this leaves
 * room for 16 processes.
 */
const sealsMax = 2 ** 28
/** Indexes are names in the source, never input. */
const indexesMax = 1000

export const openVault = async (ctx: DataKeysContext): Promise<Vault> => {
  const data = await openDataKeys(ctx)
  const lookupKey = await openLookup(ctx)
  return {
    seal: async (place, plaintext) =>
      sealUnder(data.forSealing(), ctx.random(12), place, plaintext),
    open: async (place, sealed) => {
      const parts = split(sealed)
      const key = data.known(parts.keyId) ?? (await data.find(parts.keyId))
      if (!key) throw vaultProblem('vault.unreadable')
      return openUnder(key, place, parts)
    },
    lookup: (index, value) =>
      createHmac('sha256', lookupKey(index)).update(value).digest('base64url'),
    rotate: () => data.rotate(),
  }
}

const openDataKeys = async (ctx: DataKeysContext) => {
  const byId = new Map<string, DataKey>()
  let lookedAt = 0
  let seals = 0
  let background: Promise<void> | undefined
  const load = async (): Promise<void> => {
    lookedAt = performance.now()
    for (const key of await loadDataKeys(ctx, 'data', byId)) byId.set(key.id, key)
    current = newest(byId)
  }
  let current: DataKey | undefined
  const rotate = async (): Promise<void> => {
    await load()
    await makeDataKey(ctx, 'data', (current?.generation ?? 0) + 1)
    await load()
    seals = 0
  }
  await load()
  if (!current) await rotate()
  return {
    rotate,
    known: (id: string) => byId.get(id),
    find: async (id: string): Promise<DataKey | undefined> => {
      await load()
      return byId.get(id)
    },
    /**
     * Never waits: a caller inside a transaction that waited for a second connection could starve the pool. The old
     * key stays good meanwhile, and a failure is tried again with the next look.
     */
    forSealing: (): DataKey => {
      assert(current)
      const worn = ++seals > sealsMax
      if ((worn || performance.now() - lookedAt > refreshMs) && !background)
        background = (worn ? rotate() : load())
          .catch(() => undefined)
          .finally(() => {
            background = undefined
          })
      return current
    },
  }
}

const newest = (keys: ReadonlyMap<string, DataKey>): DataKey | undefined =>
  [...keys.values()].reduce<DataKey | undefined>(
    (best, key) => (best && best.generation > key.generation ? best : key),
    undefined,
  )

/** One secret for good: lookups must find what was written under any data key. It is wrapped like one. */
const openLookup = async (ctx: DataKeysContext): Promise<(index: string) => KeyObject> => {
  const none = new Map<string, DataKey>()
  if ((await loadDataKeys(ctx, 'lookup', none)).length === 0) await makeDataKey(ctx, 'lookup', 1)
  const [root] = await loadDataKeys(ctx, 'lookup', none)
  assert(root)
  const derived = new Map<string, KeyObject>()
  return (index) => {
    const known = derived.get(index)
    if (known) return known
    assert(derived.size < indexesMax)
    const info = `plinth-lookup-1 ${index}`
    // as an object: Node spends six times as long on a key given as bytes, each time
    const key = createSecretKey(
      Buffer.from(hkdfSync('sha256', root.key, new Uint8Array(), info, 32)),
    )
    derived.set(index, key)
    return key
  }
}

const version = 'v1'
const tagBytes = 16

const sealUnder = (
  { id, key }: DataKey,
  iv: Buffer,
  place: Place,
  plaintext: string | Uint8Array,
): string => {
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  cipher.setAAD(placeBytes(place))
  const head =
    typeof plaintext === 'string' ? cipher.update(plaintext, 'utf8') : cipher.update(plaintext)
  const ciphertext = Buffer.concat([head, cipher.final()])
  const tag = cipher.getAuthTag()
  return `${version}.${id}.${iv.toString('base64url')}.${ciphertext.toString('base64url')}.${tag.toString('base64url')}`
}

interface SealedParts {
  readonly keyId: string
  readonly iv: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

const split = (sealed: string): SealedParts => {
  const [format, keyId = '', iv = '', ciphertext = '', tag, ...rest] = sealed.split('.')
  if (format !== version || tag === undefined || rest.length > 0)
    throw vaultProblem('vault.unreadable')
  return { keyId, iv: decode(iv), ciphertext: decode(ciphertext), tag: decode(tag) }
}

/** Strict: Node's decoder skips foreign characters and spare bits, so two texts could mean one value. */
const decode = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text) throw vaultProblem('vault.unreadable')
  return bytes
}

const openUnder = (
  { key }: DataKey,
  place: Place,
  { iv, ciphertext, tag }: SealedParts,
): Buffer => {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: tagBytes })
    decipher.setAAD(placeBytes(place))
    decipher.setAuthTag(tag)
    return Buffer.concat([decipher.update(ciphertext), decipher.final()])
  } catch (error) {
    throw vaultProblem('vault.unreadable', { cause: error })
  }
}
