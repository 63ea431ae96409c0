/** Relying parties: registered by value, keys included, so that no login waits for somebody else's server. */
import type { Context } from '#kernel/context.ts'
import { transaction } from '#kernel/db/db.ts'
import { idpProblem } from '../problems.ts'
import { type ClientRegistration, clientSchema, type RegisteredClient } from './metadata.ts'
import * as store from './store.ts'

export interface Clients {
  find(clientId: string): Promise<RegisteredClient | undefined>
  /** Stops the invalidation listener. */
  stop(): Promise<void>
}

const channel = 'idp.clients'
/** A change is announced; where the hint is lost, it is seen after this time. Milliseconds. */
const freshMs = 10_000
const keptMax = 5_000

export const openClients = async (ctx: Context): Promise<Clients> => {
  const known = new Map<string, Known>()
  const unsubscribe = await ctx.ephemeral.subscribe(channel, (clientId) => known.delete(clientId))
  return {
    find: async (clientId) => {
      const now = ctx.now().getTime()
      const cached = known.get(clientId)
      if (cached && cached.until > now) return cached.client
      if (clientId.length > 100) return undefined
      const metadata = (await store.findClient(ctx.db, clientId))?.metadata
      // the same object as long as the row is the same: the engine's model of it is kept by it
      const client = metadata === cached?.metadata ? cached?.client : parse(metadata)
      if (known.size >= keptMax) known.clear()
      known.set(clientId, { metadata, client, until: now + freshMs })
      return client
    },
    stop: unsubscribe,
  }
}

interface Known {
  readonly metadata: string | undefined
  readonly client: RegisteredClient | undefined
  readonly until: number
}
const parse = (metadata: string | undefined): RegisteredClient | undefined =>
  metadata === undefined ? undefined : clientSchema.parse(JSON.parse(metadata))

/** Adds a client or replaces it. Problems: `client.invalid` with the member that is not acceptable. */
export const registerClient = async (
  ctx: Context,
  registration: ClientRegistration,
): Promise<RegisteredClient> => {
  const parsed = clientSchema.safeParse(registration)
  if (!parsed.success) {
    const members = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))]
    throw idpProblem('client.invalid', { detail: { members } })
  }
  const client = parsed.data
  await transaction(ctx, (tx) =>
    store.saveClient(tx, client.client_id, JSON.stringify(client), ctx.now().getTime()),
  )
  await ctx.ephemeral.publish(channel, client.client_id)
  return client
}
