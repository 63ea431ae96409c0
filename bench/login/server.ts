/** The identity provider as a process of its own, for `bench/login.ts`: configuration in argv, codes and CPU time by IPC. */

import { createHub, hubMigrations } from '#biometric-hub'
import { createIdp, idpFolders, idpMigrations, registerClient } from '#idp'
import { startSequencer } from '#kernel/audit/audit.ts'
import { loadConfig } from '#kernel/config/load.ts'
import { startServer } from '#kernel/http/http.ts'
import type { NewMessage } from '#kernel/messages/messages.ts'
import { renderMessage } from '#kernel/messages/render.ts'
import { type Consumer, startDelivery } from '#kernel/outbox/outbox.ts'
import { openContext } from '#kernel/start.ts'
import { type RegistryContext, registryMigrations, seedSandbox } from '#registry'

export interface ServerOptions {
  readonly dataDir: string
  readonly port: number
  readonly database: string
  readonly ephemeral: string
  readonly client: Parameters<typeof registerClient>[1]
}
export type Told =
  | { readonly ready: string }
  | { readonly to: string; readonly text: string }
  | { readonly cpuMs: number; readonly calls: number }

const tell = (message: Told): void => {
  process.send?.(message)
}

/** Messages end at the load generator, which reads the code as a resident would. */
const messages = (ctx: RegistryContext): Consumer => ({
  name: 'messages',
  topic: 'message.requested',
  consume: async (_ctx, _tx, { payload }) => {
    const message = payload as NewMessage
    tell({ to: message.address, text: renderMessage(ctx, message).text })
  },
})

const serve = async (options: ServerOptions): Promise<void> => {
  const config = loadConfig({
    argv: ['--profile', 'test', '--data', options.dataDir, '--port', String(options.port)],
    env: {
      PLINTH_DATABASE_URL: options.database,
      PLINTH_EPHEMERAL_URL: options.ephemeral,
      PLINTH_LOG_LEVEL: 'error',
    },
  })
  const { ctx: kernel } = await openContext(config, {
    migrations: [...hubMigrations, ...registryMigrations, ...idpMigrations],
    folders: idpFolders,
  })
  const ctx: RegistryContext = { ...kernel, hub: await createHub(kernel) }
  await seedSandbox(ctx)
  await registerClient(ctx, options.client)
  let calls = 0
  const idp = await createIdp(
    ctx,
    { preAuthorizedCodes: { redeem: async () => ({ outcome: 'invalid' }) } },
    { onStorageCall: () => void calls++ },
  )
  startSequencer(ctx)
  startDelivery(ctx, [messages(ctx), ...idp.consumers])
  await startServer(ctx, { routes: idp.routes, mounts: idp.mounts, ready: async () => true })
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    tell({ cpuMs: (user + system) / 1000, calls })
  })
  process.on('disconnect', () => process.exit(0))
  tell({ ready: config.server.publicUrl })
}

await serve(JSON.parse(process.argv[2] ?? '') as ServerOptions)
