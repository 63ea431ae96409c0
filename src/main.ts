/**
 * The composition root: configuration -> context -> parts -> listening servers and workers. The only file that knows
 * every part. `idp` and `issuer` meet here, and nowhere else.
 */
import { createHub, hubMigrations } from '#biometric-hub'
import { createIdp, idpFolders, idpMigrations, seedClients } from '#idp'
import { createIssuer, issuerMigrations } from '#issuer'
import { startSequencer } from '#kernel/audit/audit.ts'
import { auditRoutes } from '#kernel/audit/routes.ts'
import type { Config, Part } from '#kernel/config/config.ts'
import { loadConfig } from '#kernel/config/load.ts'
import { printConfig } from '#kernel/config/print.ts'
import { loadSandbox } from '#kernel/config/sandbox.ts'
import { usage } from '#kernel/config/sources.ts'
import type { Context } from '#kernel/context.ts'
import { errorCode } from '#kernel/error-code.ts'
import { type Mount, type Route, startServer } from '#kernel/http/http.ts'
import { isReady } from '#kernel/http/readiness.ts'
import { startWorkers } from '#kernel/jobs/jobs.ts'
import { messageConsumers, messageRoutes } from '#kernel/messages/messages.ts'
import { startDelivery } from '#kernel/outbox/outbox.ts'
import { Problem } from '#kernel/problems.ts'
import { openContext } from '#kernel/start.ts'
import { webRoutes } from '#kernel/web/routes.ts'
import { portalFolders, portalRoutes } from '#portals'
import {
  checkUinSpace,
  registryConsumers,
  registryFolders,
  registryMigrations,
  registryRoutes,
  registryWorkers,
  seedSandbox,
} from '#registry'

export interface House {
  readonly url: string
  readonly links: Readonly<Record<string, string>>
  /** For tests and benchmarks that look inside. */
  readonly ctx: Context
  /** Drains requests and workers, then closes what was opened; idempotent. */
  stop(): Promise<void>
}
/** Every part's tables exist whatever parts run: a database has one list of migrations. */
export const migrations = [
  ...hubMigrations,
  ...registryMigrations,
  ...idpMigrations,
  ...issuerMigrations,
]
export const folders = [...registryFolders, ...idpFolders, ...portalFolders]

export async function startHouse(config: Config): Promise<House> {
  const runs = (part: Part) => config.parts.includes(part)
  const { ctx: kernel, close } = await openContext(config, { migrations, folders })
  const stops: (() => Promise<void>)[] = [close]
  const stop = async (): Promise<void> => {
    const failures: unknown[] = []
    for (const step of stops.splice(0).reverse())
      await step().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw failures[0]
  }
  try {
    const hub = await createHub(kernel)
    stops.push(() => hub.stop())
    const ctx = { ...kernel, hub }
    const links: Record<string, string> = {}
    if (config.profile === 'demo' && runs('portals')) {
      const bank = await openBank(config, kernel)
      stops.push(() => bank.stop())
      links['harbour-bank'] = bank.url
    }
    if (config.profile !== 'production') {
      await seedSandbox(ctx)
      const extraRedirectUris = Object.entries(links).map(
        ([client, url]) => [client, [`${url}/callback`]] as const,
      )
      await seedClients(ctx, { extraRedirectUris: Object.fromEntries(extraRedirectUris) })
    }
    const issuer = await createIssuer(ctx)
    stops.push(() => issuer.stop())
    const idp = await createIdp(ctx, { preAuthorizedCodes: { redeem: issuer.redeem } })
    stops.push(() => idp.stop())
    const routes: Route[] = [...webRoutes(ctx.web), ...auditRoutes(ctx), ...messageRoutes(ctx)]
    const mounts: Mount[] = []
    if (runs('registry')) routes.push(...registryRoutes(ctx))
    if (runs('idp')) routes.push(...idp.routes)
    if (runs('idp')) mounts.push(...idp.mounts)
    if (runs('issuer')) routes.push(...issuer.routes(idp.credentialAccess))
    if (runs('portals')) routes.push(...portalRoutes({ ...ctx, idp, issuer, links }))

    const sequencer = startSequencer(ctx)
    const delivery = startDelivery(ctx, [
      ...messageConsumers(ctx),
      ...(runs('registry') ? registryConsumers(ctx) : []),
      ...(runs('idp') ? idp.consumers : []),
      ...(runs('issuer') ? issuer.consumers : []),
    ])
    const workers = startWorkers(ctx, runs('registry') ? registryWorkers(ctx) : [])
    // Together: each may wait for a database that is silent.
    stops.push(async () => {
      await Promise.all([sequencer.stop(), delivery.stop(), workers.stop()])
    })

    const server = await startServer(ctx, { routes, mounts, ready: () => isReady(ctx) })
    stops.push(() => server.stop())
    return { url: config.server.publicUrl, links, ctx, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The demo's relying party: a program of its own on the next port, or a free one when that is taken. */
async function openBank(config: Config, ctx: Context) {
  const { startHarbourBank } = await import('../demo/harbour-bank/app.ts')
  const { clients } = loadSandbox(ctx)
  const client = clients.find(({ client_id }) => client_id === 'harbour-bank')
  const privateJwk = client?.jwks.keys[0]
  if (privateJwk === undefined) throw new Error('sandbox.json: no client harbour-bank with a key')
  const options = {
    issuerUrl: config.server.publicUrl,
    clientId: 'harbour-bank',
    privateJwk,
    host: config.server.host,
  }
  try {
    return await startHarbourBank({ ...options, port: config.server.port + 1 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    return startHarbourBank({ ...options, port: 0 })
  }
}

/** Who stops a process waits some 30 seconds before he kills it. */
const STOP_MAX_MS = 24_000

async function main(): Promise<void> {
  if (process.argv.includes('--help')) {
    process.stdout.write(usage())
    return
  }
  const config = loadConfig({ argv: process.argv.slice(2), env: process.env })
  if (process.argv.includes('--print-config')) {
    printConfig(config)
    return
  }
  const house = await startHouse(config)
  let stopping = false
  const shutDown = (): void => {
    if (stopping) return
    stopping = true
    const late = () => refuse(new Error(`not stopped after ${STOP_MAX_MS} ms`))
    setTimeout(late, STOP_MAX_MS).unref()
    house.stop().then(
      () => process.exit(0),
      (error: unknown) => refuse(error),
    )
  }
  process.once('SIGTERM', shutDown)
  process.once('SIGINT', shutDown)
  if (process.env.npm_lifecycle_event !== undefined) endWithParent(shutDown)
  process.stdout.write(`Plinth ready on ${house.url}\n`)
  await tellUinSpace(house)
}

/** `npm start` runs us under a shell that passes no signal on: when that is gone, npm was told to stop, and so are we. */
function endWithParent(shutDown: () => void): void {
  const parent = process.ppid
  setInterval(() => process.ppid === parent || shutDown(), 250).unref()
}

/** A house that runs does not end because a count failed: the next start counts again. Throws `uin.space-too-small`. */
async function tellUinSpace(house: House): Promise<void> {
  try {
    const { capacity, population } = await checkUinSpace(house.ctx)
    process.stdout.write(`UIN space: ${capacity} numbers for ${population} people\n`)
  } catch (error) {
    const code = errorCode(error)
    if (code !== 'uin.space-too-small') return house.ctx.log.error({ code }, 'UIN space unknown')
    await house.stop()
    throw error
  }
}

/** A Problem and the system's refusals are told in their own words; anything else is a bug and shows its stack. */
function refuse(error: unknown): void {
  if (error instanceof Problem) {
    process.stderr.write(`Plinth does not start: ${error.message} (${error.code})\n`)
    for (const [name, value] of Object.entries(error.detail)) {
      for (const line of [value].flat()) process.stderr.write(`  ${name}: ${line}\n`)
    }
  } else if (error instanceof Error && 'syscall' in error) {
    process.stderr.write(`Plinth does not start: ${error.message}\n`)
  } else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
}

if (import.meta.main) main().catch(refuse)
