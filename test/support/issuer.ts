/** What tests of the issuer share: the demo country's catalogue; an issuer over real persons and a real server. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { createHub, hubMigrations } from '#biometric-hub'
import type { createIdp, Idp } from '#idp'
import { createIssuer, type Issuer, issuerMigrations, type TokenAccess } from '#issuer'
import type { Actor } from '#kernel/audit/audit.ts'
import { projectRoot } from '#kernel/config/load.ts'
import { loadCountry } from '#kernel/config/load-country.ts'
import { loadSandbox } from '#kernel/config/sandbox.ts'
import type { Context } from '#kernel/context.ts'
import { transaction } from '#kernel/db/db.ts'
import { startServer } from '#kernel/http/http.ts'
import { messageConsumers, messageRoutes } from '#kernel/messages/messages.ts'
import { startDelivery } from '#kernel/outbox/outbox.ts'
import { type PersonId, registryMigrations } from '#registry'
import { type Catalogue, parseCatalogue } from '../../src/issuer/catalog/load.ts'
import type { Uin } from '../../src/registry/identifiers/identifiers.ts'
import { newPersonId } from '../../src/registry/identity/person.ts'
import { prepareIdentity, writeIdentity } from '../../src/registry/identity/record.ts'
import { type ContextOptions, withContext } from './context.ts'
import { until } from './until.ts'

export const demoCountry = () => loadCountry({ country: { code: 'demo' } })

export const catalogueText = (): Promise<string> =>
  readFile(join(projectRoot, 'config/countries/demo/credentials.json'), 'utf8')

export const demoCatalogue = async (): Promise<Catalogue> =>
  parseCatalogue('credentials.json', await catalogueText(), demoCountry())

/** A context with the tables of registry and issuer, and nobody in them. */
export const withIssuerContext = (
  t: ExecutionContext,
  options: ContextOptions = {},
): Promise<Context> =>
  withContext(t, {
    ...options,
    migrations: [
      ...hubMigrations,
      ...registryMigrations,
      ...(options.migrations ?? []),
      ...issuerMigrations,
    ],
  })

export interface RunningIssuer {
  readonly ctx: Context
  readonly issuer: Issuer
  /** Also the credential issuer identifier. */
  readonly url: string
  /** The first person of the sandbox. */
  readonly person: PersonId
  readonly email: string
  /** A bearer token that the endpoints accept, for this person unless told. */
  token(access?: Partial<TokenAccess>): string
  /** The newest message to an address, waited for. */
  message(to: string): Promise<{ readonly text: string; readonly subject: string }>
  post(path: string, token: string | undefined, body: unknown): Promise<Response>
  nonce(): Promise<string>
}

/** The sandbox's first person, without the rest of the sandbox (whose passwords take seconds to hash). */
export const aPerson = async (
  ctx: Context,
): Promise<{ readonly person: PersonId; readonly email: string }> => {
  const [first] = loadSandbox(ctx).persons
  if (!first) throw new Error('the sandbox has no person')
  const person = newPersonId(ctx)
  const content = { uin: first.uin as Uin, fields: first.identity }
  const prepared = await prepareIdentity(ctx, person, content)
  await transaction(ctx, (tx) => writeIdentity(tx, prepared, { cause: 'test', at: ctx.now() }))
  return { person, email: String(first.identity.email) }
}

export const system: Actor = { type: 'system', id: 'test' }

export interface IssuerOptions extends ContextOptions {
  /** The real idp; without it tokens are made by `token()`. */
  readonly idp?: {
    readonly createIdp: typeof createIdp
  }
}

/** On a free port, with message delivery. */
export const withIssuer = async (
  t: ExecutionContext,
  options: IssuerOptions = {},
): Promise<RunningIssuer> => {
  const ctx = await withIssuerContext(t, options)
  const { person, email } = await aPerson(ctx)
  const issuer = await createIssuer(ctx)
  t.teardown(() => issuer.stop())
  const tokens = new Map<string, TokenAccess>()
  const idp = await startIdp(t, ctx, issuer, options)
  const access: Parameters<Issuer['routes']>[0] = async (header) =>
    tokens.get(header?.replace(/^Bearer /, '') ?? '') ?? (await idp?.credentialAccess(header))
  const server = await startServer(ctx, {
    routes: [...issuer.routes(access), ...(idp?.routes ?? []), ...messageRoutes(ctx)],
    mounts: idp?.mounts ?? [],
    ready: async () => true,
  })
  t.teardown(() => server.stop())
  const delivery = startDelivery(ctx, [...issuer.consumers, ...messageConsumers(ctx)])
  t.teardown(() => delivery.stop())
  const url = ctx.config.server.publicUrl
  const post = (path: string, token: string | undefined, body: unknown) =>
    fetch(url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
  return {
    ctx,
    issuer,
    url,
    person,
    email,
    token: (access = {}) => {
      const token = randomUUID()
      const configurationIds = issuer.configurations().map(({ id }) => id)
      tokens.set(token, { person, clientId: 'wallet', configurationIds, tokenId: token, ...access })
      return token
    },
    message: async (to) => {
      let found: { text: string; subject: string }[] = []
      await until(async () => {
        const answer = await fetch(`${url}/sandbox/inbox?to=${encodeURIComponent(to)}`)
        found = (await answer.json()) as typeof found
        return found.length > 0
      })
      return found[0] as { text: string; subject: string }
    },
    post,
    nonce: async () => {
      const answer = await fetch(`${url}/credentials/nonce`, { method: 'POST' })
      return ((await answer.json()) as { c_nonce: string }).c_nonce
    },
  }
}

const startIdp = async (
  t: ExecutionContext,
  ctx: Context,
  issuer: Issuer,
  { idp }: IssuerOptions,
): Promise<Idp | undefined> => {
  if (!idp) return undefined
  const hub = await createHub(ctx)
  t.teardown(() => hub.stop())
  const running = await idp.createIdp(
    { ...ctx, hub },
    { preAuthorizedCodes: { redeem: issuer.redeem } },
  )
  t.teardown(() => running.stop())
  return running
}
