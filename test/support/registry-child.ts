/**
 * The registry as a process of its own, to be killed: real configuration, database, hub, queue, log and HTTP server, with
 * the sandbox's operators and staff. Started as `node registry-child.ts --port P --data DIR …`; says `ready` once it
 * serves.
 */
import { createHub, hubMigrations } from '#biometric-hub'
import { startSequencer } from '#kernel/audit/audit.ts'
import { loadConfig } from '#kernel/config/load.ts'
import { startServer } from '#kernel/http/http.ts'
import { startWorkers } from '#kernel/jobs/jobs.ts'
import { messageConsumers, messageRoutes } from '#kernel/messages/messages.ts'
import { startDelivery } from '#kernel/outbox/outbox.ts'
import { openContext } from '#kernel/start.ts'
import {
  registryFolders,
  registryMigrations,
  registryRoutes,
  registryWorkers,
  seedSandbox,
} from '#registry'

const config = loadConfig({ argv: process.argv.slice(2), env: process.env })
const migrations = [...hubMigrations, ...registryMigrations]
const { ctx: kernel } = await openContext(config, { migrations, folders: registryFolders })
const ctx = { ...kernel, hub: await createHub(kernel) }
await seedSandbox(ctx)
startSequencer(ctx)
startDelivery(ctx, messageConsumers(ctx))
startWorkers(ctx, registryWorkers(ctx))
const routes = [...registryRoutes(ctx), ...messageRoutes(ctx)]
await startServer(ctx, { routes, mounts: [], ready: async () => true })
process.stdout.write('ready\n')
