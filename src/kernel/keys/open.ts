/** Opens the key store of the file back end: private keys stay inside, `privateJwks('oidc')` excepted. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { contentKey } from './jwe-key.ts'
import { type KeyRecord, openKeyFile } from './key-file.ts'
import { type KeyRing, openKeyRing } from './key-ring.ts'
import { type KeyStore, type Purpose, purposes } from './keys.ts'
import { makeKey, type ReadyKey } from './make-key.ts'
import { findMasterSecret } from './master-secret.ts'
import { keyProblem } from './problems.ts'
import { signJose } from './sign-jose.ts'

export interface KeyStoreOptions {
  readonly dataDir: string
  readonly masterSecret?: string | undefined
  readonly profile: 'demo' | 'test' | 'production'
  /** A file on a disk is no hardware module: production must say that it accepts one. */
  readonly allowFileInProduction?: boolean | undefined
  readonly now: () => Date
  readonly random: (bytes: number) => Buffer
}

/** How long a retired key still signs, for acts under way and processes that have not looked yet. */
const signingGraceMs = 60_000

/**
 * Problems: `keys.master-secret-missing`, `keys.master-secret-invalid`, `keys.file-in-production`, `keys.unreadable`.
 * Several processes may share the file on one machine: each sees another's rotation within a second, and a key it
 * does not know makes it look at once.
 */
export const openKeyStore = async (options: KeyStoreOptions): Promise<KeyStore> => {
  const ring = await openRing(options)
  return {
    list: async (purpose, kid) => (await ring.of(purpose, kid)).map(({ info }) => info),
    active: async (purpose) => (await activeKey(options, ring, purpose)).info,
    sign: async (kid, data) => {
      const known = ring.known(kid)
      const key = known?.use === 'sign' ? known : await ring.find(kid, 'sign')
      if (key.record.state === 'retired') refuseAfterGrace(key.record, options.now())
      return signJose(key.secret, data)
    },
    wrap: async (kid, dek, aad) => {
      const { secret } = await ring.find(kid, 'wrap')
      const iv = options.random(12)
      const cipher = createCipheriv('aes-256-gcm', secret, iv).setAAD(aad)
      const ciphertext = Buffer.concat([cipher.update(dek), cipher.final()])
      return { kid, iv, ciphertext, tag: cipher.getAuthTag() }
    },
    unwrap: async ({ kid, iv, ciphertext, tag }, aad) => {
      const { secret } = await ring.find(kid, 'wrap')
      try {
        const decipher = createDecipheriv('aes-256-gcm', secret, iv, { authTagLength: 16 })
        decipher.setAAD(aad).setAuthTag(tag)
        return Buffer.concat([decipher.update(ciphertext), decipher.final()])
      } catch (error) {
        throw keyProblem('keys.undecipherable', { cause: error })
      }
    },
    decryptKey: async (kid, input) => {
      const key = await ring.find(kid, 'decrypt')
      if (key.info.alg !== input.alg) throw keyProblem('keys.undecipherable')
      return contentKey(key.secret, input)
    },
    rotate: async (purpose) => {
      await ring.change((records) => rotated(options, records, purpose))
      return (await activeKey(options, ring, purpose)).info
    },
    privateJwks: async (purpose) => {
      // the type says so; a key of another purpose must not leave even for a caller that ignores types
      if (purpose !== 'oidc') throw keyProblem('keys.wrong-purpose')
      await activeKey(options, ring, purpose)
      const keys = await ring.of(purpose)
      return keys.map(({ record, info }) => ({
        ...record.jwk,
        kid: info.kid,
        alg: info.alg,
        use: 'sig',
      }))
    },
    close: async () => ring.clear(),
  }
}

const openRing = async (options: KeyStoreOptions): Promise<KeyRing> => {
  if (options.profile === 'production' && options.allowFileInProduction !== true)
    throw keyProblem('keys.file-in-production')
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 })
  const masterSecret = await findMasterSecret(options)
  return await openKeyRing(
    openKeyFile(join(options.dataDir, 'keys.json'), masterSecret, options.random),
  )
}

const activeKey = async (
  options: KeyStoreOptions,
  ring: KeyRing,
  purpose: Purpose,
): Promise<ReadyKey> => {
  const [found] = await ring.of(purpose)
  if (found) return found
  await ring.change((records) => withFirst(options, records, purpose))
  const [made] = await ring.of(purpose)
  if (!made) throw keyProblem('keys.unknown-kid')
  return made
}

const refuseAfterGrace = (record: KeyRecord, now: Date): void => {
  if (now.getTime() > (record.notAfter ?? 0) + signingGraceMs) throw keyProblem('keys.retired')
}

/** Signing keys have a successor from the start: who verifies has seen it before it signs alone. */
const withFirst = async (
  { now, random }: KeyStoreOptions,
  records: readonly KeyRecord[],
  purpose: Purpose,
): Promise<readonly KeyRecord[]> => {
  // another process was first
  if (records.some((record) => record.purpose === purpose)) return records
  const first = await makeKey(purpose, 'active', now(), random)
  if (purposes[purpose].use !== 'sign') return [...records, first]
  return [...records, first, await makeKey(purpose, 'next', now(), random)]
}

const rotated = async (
  options: KeyStoreOptions,
  all: readonly KeyRecord[],
  purpose: Purpose,
): Promise<readonly KeyRecord[]> => {
  const records = await withFirst(options, all, purpose)
  const at = options.now()
  const successor = records.some((key) => key.purpose === purpose && key.state === 'next')
  const turned = records.map((key): KeyRecord => {
    if (key.purpose !== purpose || key.state === 'retired') return key
    if (key.state === 'next') return { ...key, state: 'active', notBefore: at.getTime() }
    return { ...key, state: 'retired', notAfter: at.getTime() }
  })
  return [...turned, await makeKey(purpose, successor ? 'next' : 'active', at, options.random)]
}
