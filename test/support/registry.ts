/** A running registry for tests: real database, hub, queue and HTTP server; packets as a third party would make them. */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import { CompactEncrypt, CompactSign, importJWK, type JWK } from 'jose'
import { createHub, hubMigrations } from '#biometric-hub'
import { startServer } from '#kernel/http/http.ts'
import { startWorkers } from '#kernel/jobs/jobs.ts'
import { messageConsumers, messageRoutes } from '#kernel/messages/messages.ts'
import { startDelivery } from '#kernel/outbox/outbox.ts'
import {
  type RegistryContext,
  registryFolders,
  registryMigrations,
  registryRoutes,
  registryWorkers,
} from '#registry'
import { transaction } from '../../src/kernel/db/db.ts'
import type { PacketView } from '../../src/registry/packet/status.ts'
import { addOperatorKey, addStaff } from '../../src/registry/staff/staff.ts'
import { type ContextOptions, withContext } from './context.ts'

export interface Registry {
  readonly ctx: RegistryContext
  readonly url: string
  /** JWK Set entry of `GET /packets/intake-key`. */
  readonly intake: JWK & { readonly kid: string }
  readonly operator: Operator
  post(sealed: string | Uint8Array): Promise<Response>
  /** Makes a packet, sends it and answers its RID. */
  enrol(parts?: PacketParts): Promise<string>
  /** `/adjudication/api` as an adjudicator. */
  adjudicate(path: string, init?: RequestInit): Promise<Response>
  status(rid: string): Promise<PacketView>
}
export interface Operator {
  readonly id: string
  readonly jwk: JWK & { readonly kid: string }
}
export interface RegistryOptions extends ContextOptions {
  /** False leaves packets where their receipt put them. */
  readonly workers?: boolean
}

export async function withRegistryContext(
  t: ExecutionContext,
  options: ContextOptions = {},
): Promise<RegistryContext> {
  const migrations = [...hubMigrations, ...registryMigrations]
  const kernel = await withContext(t, { ...options, migrations, folders: registryFolders })
  const hub = await createHub(kernel)
  t.teardown(() => hub.stop())
  return { ...kernel, hub }
}

export async function withRegistry(
  t: ExecutionContext,
  { workers = true, ...options }: RegistryOptions = {},
): Promise<Registry> {
  const ctx = await withRegistryContext(t, options)
  const operator = await anOperator(ctx)
  const running = startWorkers(ctx, workers ? registryWorkers(ctx) : [])
  t.teardown(() => running.stop())
  const delivery = startDelivery(ctx, messageConsumers(ctx))
  t.teardown(() => delivery.stop())
  const routes = [...registryRoutes(ctx), ...messageRoutes(ctx)]
  const served = { routes, mounts: [], ready: async () => true }
  const server = await startServer(ctx, served)
  t.teardown(() => server.stop())
  const { url } = server
  const { keys } = (await (await fetch(`${url}/packets/intake-key`)).json()) as { keys: JWK[] }
  const [intake] = keys
  if (intake?.kid === undefined) throw new Error('no intake key is published')
  const token = ctx.random(32).toString('base64url')
  await addStaff(ctx, { id: 'adjudicator', name: 'An Adjudicator', roles: ['adjudicator'], token })
  const made = { intake: { ...intake, kid: intake.kid }, operator }
  const post = (sealed: string | Uint8Array) =>
    fetch(`${url}/packets`, {
      method: 'POST',
      headers: { 'content-type': 'application/jose' },
      body: sealed as BodyInit,
    })
  return {
    ctx,
    url,
    ...made,
    post,
    enrol: async (parts) => ridOf(await post(await aPacket(made, parts))),
    adjudicate: (path, init = {}) =>
      fetch(`${url}/adjudication/api${path}`, {
        ...init,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      }),
    status: async (rid) => (await (await fetch(`${url}/packets/${rid}`)).json()) as PacketView,
  }
}

/** A fresh operator whose public key the house knows. */
export async function anOperator(ctx: RegistryContext, id = `op-${randomUUID().slice(0, 8)}`) {
  const jwk = aSigningKey()
  await addStaff(ctx, { id, name: 'An Operator', roles: ['operator'] })
  const { kid, crv = '', x = '', y = '' } = jwk
  await transaction(ctx, (tx) => addOperatorKey(ctx, tx, id, { kid, crv, x, y }))
  return { id, jwk }
}

export function aSigningKey(): JWK & { readonly kid: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...(privateKey.export({ format: 'jwk' }) as JWK), kid: `k-${randomUUID()}` }
}

/** A person of the demo country; every call is somebody else unless told. */
export const anIdentity = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  IDSchemaVersion: 0.1,
  fullName: [
    { language: 'eng', value: `Amina ${randomUUID()}` },
    { language: 'ara', value: `أمينة ${randomUUID()}` },
  ],
  dateOfBirth: '1990/03/27',
  gender: 'FLE',
  phone: '+999401234567',
  email: 'amina@example.org',
  preferredLang: 'eng',
  ...changes,
})

export interface PacketParts {
  readonly identity?: Record<string, unknown>
  readonly photo?: { readonly type: string; readonly data: Uint8Array }
  /** Laid over the content; undefined takes a member away. */
  readonly content?: Record<string, unknown>
  readonly signer?: JWK & { readonly kid: string }
  readonly jwsHeader?: Record<string, unknown>
  readonly jweHeader?: Record<string, unknown>
  readonly intake?: JWK & { readonly kid: string }
}
type Made = Pick<Registry, 'intake' | 'operator'>

/** Built with jose alone, from docs/packet.md: no code of ours. */
export async function aPacket(registry: Made, parts: PacketParts = {}): Promise<string> {
  return sealJws(registry, await aSignedContent(registry, parts), parts)
}

export async function aSignedContent({ operator }: Made, parts: PacketParts): Promise<string> {
  const photo = parts.photo ?? { type: 'image/jpeg', data: Buffer.from('not a photograph') }
  const content = {
    version: 1,
    packetId: randomUUID(),
    createdAt: new Date().toISOString(),
    operator: operator.id,
    centre: '10001',
    identity: parts.identity ?? anIdentity(),
    photo: { type: photo.type, data: Buffer.from(photo.data).toString('base64url') },
    ...parts.content,
  }
  const signer = parts.signer ?? operator.jwk
  return new CompactSign(Buffer.from(JSON.stringify(content)))
    .setProtectedHeader({
      alg: 'ES256',
      kid: signer.kid,
      typ: 'plinth-packet+jws',
      ...parts.jwsHeader,
    })
    .sign(await importJWK(signer, 'ES256'))
}

export async function sealJws(
  registry: Pick<Made, 'intake'>,
  jws: string,
  { intake = registry.intake, jweHeader = {} }: PacketParts = {},
): Promise<string> {
  return new CompactEncrypt(Buffer.from(jws))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: intake.kid, ...jweHeader })
    .encrypt(await importJWK(intake, 'ECDH-ES'))
}

export interface CaseJson {
  readonly id: string
  readonly rid: string
  readonly status: string
  readonly candidates: number
}
/** The open case of a packet. */
export async function caseOf(registry: Registry, rid: string): Promise<CaseJson> {
  const answer = await registry.adjudicate('/cases?limit=100')
  const { cases } = (await answer.json()) as { cases: CaseJson[] }
  const found = cases.find((candidate) => candidate.rid === rid)
  if (found === undefined) throw new Error(`no open case of packet ${rid}`)
  return found
}

export const decide = (
  registry: Registry,
  caseId: string,
  verdict: 'unique' | 'duplicate',
): Promise<Response> =>
  registry.adjudicate(`/cases/${caseId}/decision`, {
    method: 'POST',
    body: JSON.stringify({ verdict, reason: 'compared the faces' }),
  })

export const problemCode = async (answer: Response): Promise<string> =>
  ((await answer.json()) as { code: string }).code

export async function ridOf(answer: Response): Promise<string> {
  const { rid } = (await answer.json()) as { rid?: string }
  if (rid === undefined) throw new Error(`no RID: HTTP ${answer.status}`)
  return rid
}

/** Polls until the packet is in one of `states`; 60 s at most. */
export async function untilState(
  registry: Registry,
  rid: string,
  ...states: PacketView['state'][]
): Promise<PacketView> {
  for (let tries = 0; tries < 600; tries++) {
    const view = await registry.status(rid)
    if (states.includes(view.state)) return view
    await sleep(100)
  }
  throw new Error(`packet ${rid} reached none of ${states.join(', ')} in 60 s`)
}
