/** Key stores on throw-away folders. */
import { randomBytes } from 'node:crypto'
import type { ExecutionContext } from 'ava'
import type { KeyStore } from '../../src/kernel/keys/keys.ts'
import { type KeyStoreOptions, openKeyStore } from '../../src/kernel/keys/open.ts'
import { dataFolder } from './servers.ts'

/** On a fresh folder unless `dataDir` is given; closed by the test's teardown. */
export const withKeyStore = async (
  t: ExecutionContext,
  options: Partial<KeyStoreOptions> = {},
): Promise<KeyStore> => {
  const keys = await openKeyStore({
    dataDir: options.dataDir ?? dataFolder(t),
    profile: 'test',
    now: () => new Date(),
    random: randomBytes,
    ...options,
  })
  t.teardown(() => keys.close())
  return keys
}
