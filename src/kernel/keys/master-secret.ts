/** Where the file key store's master secret comes from. */
import { link, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isSystemError } from './key-file.ts'
import { keyProblem } from './problems.ts'

const secretBytes = 32

/**
 * The configured secret; outside of production, when none is configured, the one in `<dataDir>/master-secret`, made
 * on first use. Problems: `keys.master-secret-missing`, `keys.master-secret-invalid`.
 */
export const findMasterSecret = async (options: {
  dataDir: string
  masterSecret?: string | undefined
  profile: string
  random: (bytes: number) => Buffer
}): Promise<Buffer> => {
  if (options.masterSecret !== undefined) return parse(options.masterSecret)
  if (options.profile === 'production') throw keyProblem('keys.master-secret-missing')
  const path = join(options.dataDir, 'master-secret')
  return parse((await readSecret(path)) ?? (await makeSecret(path, options.random)))
}

const parse = (text: string): Buffer => {
  const secret = Buffer.from(text.trim(), 'base64url')
  if (secret.length !== secretBytes || secret.toString('base64url') !== text.trim())
    throw keyProblem('keys.master-secret-invalid')
  return secret
}

const readSecret = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return undefined
    throw error
  }
}

/** A hard link appears whole or not at all, and only one of two processes makes it: both then read the same secret. */
const makeSecret = async (path: string, random: (bytes: number) => Buffer): Promise<string> => {
  const draft = `${path}.${random(8).toString('hex')}`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(`${random(secretBytes).toString('base64url')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  try {
    await link(draft, path)
  } catch (error) {
    if (!isSystemError(error, 'EEXIST')) throw error
  } finally {
    await rm(draft)
  }
  return await readFile(path, 'utf8')
}
