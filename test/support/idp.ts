/** A running IdP with the sandbox's people, and a relying party that shares no code with it. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import * as client from 'openid-client'
import { createHub, hubMigrations } from '#biometric-hub'
import {
  createIdp,
  type Idp,
  idpFolders,
  idpMigrations,
  type PreAuthorizedCodes,
  registerClient,
} from '#idp'
import { loadSandbox } from '#kernel/config/sandbox.ts'
import { startServer } from '#kernel/http/http.ts'
import { messageConsumers, messageRoutes } from '#kernel/messages/messages.ts'
import { startDelivery } from '#kernel/outbox/outbox.ts'
import { type RegistryContext, registryMigrations, seedSandbox } from '#registry'
import { aBrowser, type Browser, everyClaim, type Page } from './browser.ts'
import { type ContextOptions, withContext } from './context.ts'

export interface House {
  readonly ctx: RegistryContext
  readonly idp: Idp
  readonly url: string
  /** A registered relying party. */
  readonly rp: RelyingParty
  /** Newest code sent to the person. */
  codeFor(person: SandboxPerson): Promise<string>
  readonly people: readonly SandboxPerson[]
  readonly calls: string[]
}
export interface RelyingParty {
  readonly id: string
  readonly redirectUri: string
  readonly key: CryptoKey
  readonly kid: string
}
export interface SandboxPerson {
  readonly uin: string
  readonly vid: string
  readonly name: string
  readonly address: string
}
export interface HouseOptions extends ContextOptions {
  readonly preAuthorizedCodes?: PreAuthorizedCodes
}

const noCodes: PreAuthorizedCodes = { redeem: async () => ({ outcome: 'invalid' }) }

export async function withIdp(t: ExecutionContext, options: HouseOptions = {}): Promise<House> {
  const kernel = await withContext(t, {
    ...options,
    migrations: [...hubMigrations, ...registryMigrations, ...idpMigrations],
    folders: idpFolders,
  })
  const hub = await createHub(kernel)
  t.teardown(() => hub.stop())
  const ctx: RegistryContext = { ...kernel, hub }
  await seedSandbox(ctx)
  const calls: string[] = []
  const idp = await createIdp(
    ctx,
    { preAuthorizedCodes: options.preAuthorizedCodes ?? noCodes },
    { onStorageCall: (model, verb) => void calls.push(`${model}.${verb}`) },
  )
  t.teardown(() => idp.stop())
  const delivery = startDelivery(ctx, [...messageConsumers(ctx), ...idp.consumers])
  t.teardown(() => delivery.stop())
  const server = await startServer(ctx, {
    routes: [...idp.routes, ...messageRoutes(ctx)],
    mounts: idp.mounts,
    ready: async () => true,
  })
  t.teardown(() => server.stop())
  const url = ctx.config.server.publicUrl
  return {
    ctx,
    idp,
    url,
    rp: await aRelyingParty(ctx),
    people: peopleOf(ctx),
    calls,
    codeFor: (person) => newestCode(url, person, delivery.wake),
  }
}

/** Registers a client with a key of its own. */
export async function aRelyingParty(
  ctx: RegistryContext,
  more: Partial<Parameters<typeof registerClient>[1]> = {},
): Promise<RelyingParty> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    { name: 'ECDSA', namedCurve: 'P-256' },
    true,
    ['sign', 'verify'],
  )
  const id = `rp-${randomUUID().slice(0, 8)}`
  const kid = `${id}-1`
  const redirectUri = `https://${id}.example/callback`
  const { x = '', y = '' } = await crypto.subtle.exportKey('jwk', publicKey)
  await registerClient(ctx, {
    client_id: id,
    client_name: `Relying party ${id}`,
    domain: `${id}.example`,
    redirect_uris: [redirectUri],
    jwks: { keys: [{ kty: 'EC', crv: 'P-256', x, y, kid, alg: 'ES256', use: 'sig' }] },
    ...more,
  })
  return { id, redirectUri, key: privateKey, kid }
}

export const discover = (house: Pick<House, 'url'>, rp: RelyingParty) =>
  client.discovery(
    new URL(house.url),
    rp.id,
    { id_token_signed_response_alg: 'ES256', userinfo_signed_response_alg: 'ES256' },
    client.PrivateKeyJwt({ key: rp.key, kid: rp.kid }),
    { execute: [client.allowInsecureRequests] },
  )

export interface Request {
  readonly url: URL
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

/** Pushes an authorization request; `params` are laid over the usual ones. */
export async function push(
  config: client.Configuration,
  rp: RelyingParty,
  params: Readonly<Record<string, string>> = {},
): Promise<Request> {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  const url = await client.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: rp.redirectUri,
    scope: 'openid profile',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...params,
  })
  return { url, verifier, state, nonce }
}

export const redeem = (config: client.Configuration, request: Request, callback: URL) =>
  client.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier: request.verifier,
    expectedState: request.state,
    expectedNonce: request.nonce,
    idTokenExpected: true,
  })

/** From the first page to the consent page, or straight back to the client. */
export async function signInByCode(
  house: House,
  browser: Browser,
  start: string | Page,
  person: SandboxPerson,
): Promise<Page> {
  const first = typeof start === 'string' ? await browser.get(start) : start
  const base = new URL(first.url).pathname
  const codePage = await browser.submit(first, base, { identifier: person.uin })
  return browser.submit(codePage, `${base}/code`, { code: await house.codeFor(person) })
}

/** A whole login with consent; answers what the relying party learned. */
export async function logIn(
  house: House,
  rp: RelyingParty,
  person: SandboxPerson,
  options: {
    readonly params?: Readonly<Record<string, string>>
    readonly browser?: Browser
    readonly consent?: Readonly<Record<string, string>>
  } = {},
) {
  const config = await discover(house, rp)
  const browser = options.browser ?? aBrowser(house.url)
  const request = await push(config, rp, options.params)
  let page = await signInByCode(house, browser, request.url.href, person)
  if (!page.left) page = await share(browser, page, options.consent)
  if (!page.left)
    throw new Error(`not back at the client: ${page.status} ${page.html.slice(0, 2000)}`)
  const tokens = await redeem(config, request, page.left)
  const claims = tokens.claims()
  if (!claims) throw new Error('no ID token')
  const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
  return { config, request, tokens, claims, userinfo, browser }
}

/** With every optional claim, unless `fields` says otherwise. */
export const share = (
  browser: Browser,
  page: Page,
  fields: Readonly<Record<string, string>> = {},
): Promise<Page> =>
  browser.submit(page, '/consent', { decision: 'share', ...everyClaim(page), ...fields })

const peopleOf = (ctx: RegistryContext): SandboxPerson[] =>
  loadSandbox(ctx).persons.flatMap(({ uin, vids, identity }) => {
    const names = identity.fullName as { value: string }[]
    const address = (identity.email ?? identity.phone) as string | undefined
    const vid = vids?.[0]?.vid
    return address && vid ? [{ uin, vid, name: names[0]?.value ?? '', address }] : []
  })

const newestCode = async (
  url: string,
  person: SandboxPerson,
  wake: () => void,
): Promise<string> => {
  wake()
  const seen = codesTaken.get(`${url} ${person.uin}`) ?? new Set()
  codesTaken.set(`${url} ${person.uin}`, seen)
  for (let tries = 0; tries < 200; tries++) {
    const inbox = `${url}/sandbox/inbox?to=${encodeURIComponent(person.address)}`
    const messages = (await (await fetch(inbox)).json()) as { text: string; at: string }[]
    const fresh = messages.find(({ text, at }) => /\b\d{6}\b/.test(text) && !seen.has(at))
    const code = /\b(\d{6})\b/.exec(fresh?.text ?? '')?.[1]
    if (fresh && code !== undefined) {
      for (const { at } of messages) seen.add(at)
      return code
    }
    await sleep(20)
  }
  throw new Error(`no code for ${person.name} in 4 s`)
}
const codesTaken = new Map<string, Set<string>>()

/** One IdP for all tests of a file: seeding people takes a second. Closed after the last of them. */
export const sharedIdp = (options: HouseOptions = {}): (() => Promise<House>) => {
  const steps: (() => unknown)[] = []
  const scope = { teardown: (step: () => unknown) => void steps.unshift(step) }
  let house: Promise<House> | undefined
  test.after.always(async () => {
    for (const step of steps) await step()
  })
  return () => {
    house ??= withIdp(scope as ExecutionContext, options)
    return house
  }
}
