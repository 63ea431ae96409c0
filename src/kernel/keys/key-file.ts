/**
 * The file back end: all keys in one file, AES-256-GCM under a key derived from the master secret. Written whole to a
 * draft, flushed, then renamed: a reader sees the old file or the new one. Writers of several processes take turns.
 */
import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { open, readFile, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { withFileLock } from './file-lock.ts'
import type { Purpose } from './keys.ts'
import { keyProblem } from './problems.ts'

/** One key as it stands in the file; instants in milliseconds since 1970. */
export interface KeyRecord {
  readonly kid: string
  readonly purpose: Purpose
  readonly state: 'next' | 'active' | 'retired'
  readonly notBefore: number
  readonly notAfter?: number
  /** Private JWK (RFC 7517), `kty: oct` for a wrapping key. */
  readonly jwk: Readonly<Record<string, string>>
}
export interface KeyFile {
  /** Undefined when the file is as `seen` says it was. */
  read(seen: string | undefined): Promise<KeyFileState | undefined>
  /** Runs `edit` on the newest content while no one else may write. */
  change(
    edit: (records: readonly KeyRecord[]) => Promise<readonly KeyRecord[]>,
  ): Promise<KeyFileState>
}
export interface KeyFileState {
  /** Changes with every write. */
  readonly stamp: string
  readonly records: readonly KeyRecord[]
}

const format = 'plinth-keys-1'

export const openKeyFile = (
  path: string,
  masterSecret: Buffer,
  random: (bytes: number) => Buffer,
): KeyFile => {
  const load = async (): Promise<KeyFileState> => {
    const stamp = await stampOf(path)
    if (stamp === absent) return { stamp, records: [] }
    return { stamp, records: decrypt(await readFile(path, 'utf8'), masterSecret) }
  }
  return {
    read: async (seen) => ((await stampOf(path)) === seen ? undefined : await load()),
    change: (edit) =>
      withFileLock(`${path}.lock`, async () => {
        const before = await load()
        const records = await edit(before.records)
        if (records === before.records) return before
        await replace(path, encrypt(records, masterSecret, random), random)
        return { stamp: await stampOf(path), records }
      }),
  }
}

export const isSystemError = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

const absent = 'absent'

/** Every write makes a new inode; the time guards against its number being given out again. */
const stampOf = async (path: string): Promise<string> => {
  try {
    const { ino, mtimeNs, size } = await stat(path, { bigint: true })
    return `${ino}.${mtimeNs}.${size}`
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return absent
    throw error
  }
}

const fileKey = (masterSecret: Buffer, salt: Buffer): Buffer =>
  Buffer.from(hkdfSync('sha256', masterSecret, salt, format, 32))

const encrypt = (
  records: readonly KeyRecord[],
  masterSecret: Buffer,
  random: (bytes: number) => Buffer,
): string => {
  const salt = random(32)
  const iv = random(12)
  const cipher = createCipheriv('aes-256-gcm', fileKey(masterSecret, salt), iv)
  cipher.setAAD(Buffer.from(format))
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(records)), cipher.final()])
  const [salt64, iv64, ciphertext64, tag64] = [salt, iv, ciphertext, cipher.getAuthTag()].map(
    (part) => part.toString('base64url'),
  )
  return `${JSON.stringify({ format, salt: salt64, iv: iv64, ciphertext: ciphertext64, tag: tag64 })}\n`
}

const decrypt = (text: string, masterSecret: Buffer): KeyRecord[] => {
  try {
    const file: Record<string, string> = JSON.parse(text)
    const part = (name: string) => Buffer.from(file[name] ?? '', 'base64url')
    if (file.format !== format) throw new Error(`not a ${format} file`)
    const key = fileKey(masterSecret, part('salt'))
    const decipher = createDecipheriv('aes-256-gcm', key, part('iv'), { authTagLength: 16 })
    decipher.setAAD(Buffer.from(format))
    decipher.setAuthTag(part('tag'))
    const plain = Buffer.concat([decipher.update(part('ciphertext')), decipher.final()])
    return JSON.parse(plain.toString())
  } catch (error) {
    throw keyProblem('keys.unreadable', { cause: error })
  }
}

const replace = async (
  path: string,
  content: string,
  random: (bytes: number) => Buffer,
): Promise<void> => {
  const draft = `${path}.${random(8).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(draft, path)
  // without this a power cut may bring the old directory entry back, and with it lose a key already in use
  if (process.platform === 'win32') return
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
