/** A key store of its own for tests that need nothing else of a context. */
import { randomBytes } from 'node:crypto'
import type { ExecutionContext } from 'ava'
import type { KeyStore } from '../../src/kernel/keys/keys.ts'
import { openKeyStore } from '../../src/kernel/keys/open.ts'
import { dataFolder } from './servers.ts'

export const withKeys = async (
  t: ExecutionContext,
): Promise<{ readonly keys: KeyStore; readonly random: (bytes: number) => Buffer }> => {
  const now = () => new Date()
  const keys = await openKeyStore({
    dataDir: dataFolder(t),
    profile: 'test',
    now,
    random: randomBytes,
  })
  t.teardown(() => keys.close())
  return { keys, random: randomBytes }
}
