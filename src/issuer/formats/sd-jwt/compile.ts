/**
 * SD-JWT VC issuing (RFC 9901; draft-ietf-oauth-sd-jwt-vc), our own because it is the hot path: what a
 * configuration fixes is serialised once, a credential costs its salts, its digests and one signature.
 */
import assert from 'node:assert'
import type { Context } from '#kernel/context.ts'
import type { HolderJwk } from '../../did/public-jwk.ts'
import { digestOf, disclose, disclosurePrefix, saltBytes } from './disclosure.ts'

/** draft-ietf-oauth-sd-jwt-vc §3.2.2.2: MUST NOT be selectively disclosed; or reserved by RFC 9901 §4.1. */
const reserved = new Set([
  'iss',
  'iat',
  'nbf',
  'exp',
  'cnf',
  'vct',
  'vct#integrity',
  'status',
  '_sd',
  '_sd_alg',
  '...',
])

export interface SdJwtSettings {
  readonly iss: string
  readonly vct: string
  readonly disclosable: readonly string[]
  /** Digests of nothing, which hide how many claims there are (RFC 9901 §4.2.5). */
  readonly decoys: number
}
export interface SdJwtContent {
  readonly claims: Readonly<Record<string, unknown>>
  readonly holder: HolderJwk
  /** Seconds since 1970. */
  readonly iat: number
  readonly exp: number
  readonly status: { readonly idx: number; readonly uri: string }
}
export type SdJwtIssuer = (
  ctx: Pick<Context, 'keys' | 'random'>,
  kid: string,
  content: SdJwtContent,
) => Promise<string>

/** A claim that the settings do not name is a bug; one that the content lacks is left out. */
export const compileSdJwt = (settings: SdJwtSettings): SdJwtIssuer => {
  const slots = settings.disclosable.map((name) => ({ name, prefix: disclosurePrefix(name) }))
  assert(!slots.some((slot) => reserved.has(slot.name)), 'a reserved claim cannot be disclosable')
  const names = new Set(settings.disclosable)
  const head = JSON.stringify({ iss: settings.iss, vct: settings.vct }).slice(0, -1)
  return async (ctx, kid, content) => {
    assert(
      Object.keys(content.claims).every((name) => names.has(name)),
      'a claim without a rule',
    )
    const present = slots.filter((slot) => content.claims[slot.name] !== undefined)
    const salts = ctx.random(saltBytes * (present.length + settings.decoys))
    const salt = (index: number) => salts.subarray(index * saltBytes, (index + 1) * saltBytes)
    const disclosures = present.map((slot, index) =>
      disclose(salt(index), slot.prefix, serialise(content.claims[slot.name])),
    )
    const digests = disclosures.map(digestOf)
    for (let decoy = present.length; decoy < present.length + settings.decoys; decoy++)
      digests.push(digestOf(salt(decoy).toString('base64url')))
    const signingInput = `${header(kid)}.${encode(payload(head, content, digests))}`
    const signature = await ctx.keys.sign(kid, Buffer.from(signingInput))
    const jwt = `${signingInput}.${Buffer.from(signature).toString('base64url')}`
    return `${jwt}~${disclosures.map((disclosure) => `${disclosure}~`).join('')}`
  }
}

/** RFC 9901 §4.2.4.1: sorted, so that the order of digests tells nothing about the order of claims. */
const payload = (head: string, content: SdJwtContent, digests: string[]): string => {
  const rest = JSON.stringify({
    iat: content.iat,
    exp: content.exp,
    cnf: { jwk: content.holder },
    status: { status_list: content.status },
    _sd_alg: 'sha-256',
    _sd: digests.sort(),
  })
  return `${head},${rest.slice(1)}`
}

const header = (kid: string): string =>
  encode(`{"alg":"ES256","typ":"dc+sd-jwt","kid":${JSON.stringify(kid)}}`)

const encode = (text: string): string => Buffer.from(text).toString('base64url')

/** RFC 9901 §4.1: no property named `_sd` or `...` may stand anywhere in a claim, or a verifier would read it as ours. */
const serialise = (value: unknown): string => {
  if (typeof value === 'object') assertNoDigests(value, 0)
  return JSON.stringify(value)
}

const assertNoDigests = (value: unknown, depth: number): void => {
  assert(depth < 8, 'a claim is at most eight levels deep')
  if (typeof value !== 'object' || value === null) return
  assert(!('_sd' in value || '...' in value), 'a claim holds a reserved property')
  for (const part of Object.values(value)) assertNoDigests(part, depth + 1)
}
