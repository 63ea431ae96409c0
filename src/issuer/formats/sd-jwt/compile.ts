/**
 * SD-JWT VC issuing (RFC 9901; draft-ietf-oauth-sd-jwt-vc), our own because it is the hot path: what a
 * configuration fixes is serialised once, a credential costs its salts, its digests and one signature.
 */
import assert from 'node:assert'
import type { Context } from '#kernel/context.ts'
import type { HolderJwk } from '../../did/public-jwk.ts'
import { digestOf, disclose, disclosurePrefix, saltBytes, saltCharacters } from './disclosure.ts'

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
  const fixed = JSON.stringify({ iss: settings.iss, vct: settings.vct, _sd_alg: 'sha-256' })
  const head = fixed.slice(0, -1)
  const salt = saltSource()
  let header = { kid: '', encoded: '' }
  return async (ctx, kid, { claims, ...content }) => {
    for (const name in claims) assert(names.has(name), 'a claim without a rule')
    const disclosures: string[] = []
    const digests: string[] = []
    for (const { name, prefix } of slots) {
      const value = claims[name]
      if (value === undefined) continue
      const disclosure = disclose(salt(ctx), prefix, serialise(value))
      disclosures.push(disclosure)
      digests.push(digestOf(disclosure))
    }
    for (let decoy = 0; decoy < settings.decoys; decoy++) digests.push(digestOf(salt(ctx)))
    if (header.kid !== kid) header = { kid, encoded: encodeHeader(kid) }
    const signingInput = `${header.encoded}.${encode(payload(head, content, digests))}`
    const signature = await ctx.keys.sign(kid, Buffer.from(signingInput))
    return `${signingInput}.${base64url(signature)}~${disclosures.join('~')}${disclosures.length > 0 ? '~' : ''}`
  }
}

/** Salts drawn ahead, some twenty credentials' worth: a call into the CSPRNG costs as much as two digests. */
const saltsAhead = 256

/** Answers the next salt at each call; none is ever given out twice. */
const saltSource = (): ((ctx: Pick<Context, 'random'>) => string) => {
  let drawn = ''
  let at = 0
  return ({ random }) => {
    if (at === drawn.length) {
      drawn = random(saltsAhead * saltBytes).toString('base64url')
      at = 0
    }
    at += saltCharacters
    return drawn.slice(at - saltCharacters, at)
  }
}

/** RFC 9901 §4.2.4.1: sorted, so that the order of digests tells nothing about the order of claims. */
const payload = (
  head: string,
  { iat, exp, holder, status }: Omit<SdJwtContent, 'claims'>,
  digests: string[],
): string => {
  const cnf = `{"jwk":${JSON.stringify(holder)}}`
  const list = `{"status_list":{"idx":${status.idx},"uri":${JSON.stringify(status.uri)}}}`
  const sorted = digests.sort().join('","')
  return `${head},"iat":${iat},"exp":${exp},"cnf":${cnf},"status":${list},"_sd":["${sorted}"]}`
}

const encodeHeader = (kid: string): string =>
  encode(`{"alg":"ES256","typ":"dc+sd-jwt","kid":${JSON.stringify(kid)}}`)

const encode = (text: string): string => Buffer.from(text).toString('base64url')
const base64url = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')

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
