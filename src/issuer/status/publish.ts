/**
 * Publishes the status lists: as a Token Status List (draft-ietf-oauth-status-list) for SD-JWT VC and as a
 * Bitstring Status List credential (W3C) for `ldp_vc`, both from the ledger. A list is signed again when the ledger
 * has changed, when half its life is over, or when the key has changed; otherwise it comes from memory.
 */
import { hash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '#kernel/context.ts'
import { issuerDid } from '../did/did-web.ts'
import { credentialsV2 } from '../formats/data-integrity/contexts.ts'
import { instant } from '../formats/data-integrity/credential.ts'
import type { DataIntegrity } from '../formats/data-integrity/open.ts'
import { statusListLifetimeSeconds, statusListSignMs, statusListTtlSeconds } from '../parameters.ts'
import { encodedBitstring, tokenStatusList } from './bitset.ts'
import { findList, type ListRow, revokedIndices } from './store.ts'

export interface Published {
  readonly body: string
  readonly etag: string
  readonly version: number
  readonly kid: string
  /** Milliseconds since 1970. */
  readonly signedAt: number
}
export interface Publisher {
  /** Compact JWT; undefined for a list that was never opened. */
  token(number: number): Promise<Published | undefined>
  /** JSON of the BitstringStatusListCredential. */
  bitstring(number: number): Promise<Published | undefined>
}

export const tokenListUrl = (publicUrl: string, number: number): string =>
  `${publicUrl}/status-lists/${number}`
export const bitstringListUrl = (publicUrl: string, number: number): string =>
  `${publicUrl}/status-lists/${number}/credential`

export const openPublisher = (ctx: Context, dataIntegrity: DataIntegrity): Publisher => ({
  token: keptFresh(ctx, 'status-list', (list, kid) => signToken(ctx, list, kid)),
  bitstring: keptFresh(ctx, 'credential-data-integrity', (list) =>
    signBitstring(ctx, dataIntegrity, list),
  ),
})

/** Lists kept in memory, some 20 kB each. */
const maxKept = 256

const keptFresh = (
  ctx: Context,
  purpose: 'status-list' | 'credential-data-integrity',
  sign: (list: ListRow, kid: string) => Promise<string>,
): ((number: number) => Promise<Published | undefined>) => {
  const kept = new Map<number, Published>()
  const underWay = new Map<number, Promise<Published>>()
  const publish = async (list: ListRow, kid: string, last: Published | undefined) => {
    const pause = last && last.version !== list.version ? statusListSignMs : 0
    if (pause > 0) await sleep(pause, undefined, { ref: false })
    // read again after the pause: all that was revoked meanwhile goes out with one signature
    const current = (await findList(ctx.db, list.number)) ?? list
    const body = await sign(current, kid)
    const etag = `"${hash('sha256', body, 'base64url')}"`
    const signedAt = ctx.now().getTime()
    const published = { body, etag, version: current.version, kid, signedAt }
    kept.delete(list.number)
    kept.set(list.number, published)
    for (const old of [...kept.keys()].slice(0, -maxKept)) kept.delete(old)
    return published
  }
  const upToDate = (published: Published, list: ListRow, kid: string): boolean =>
    published.version >= list.version && published.kid === kid && isYoung(ctx, published)
  return async (number) => {
    const list = await findList(ctx.db, number)
    if (!list) return undefined
    const { kid } = await ctx.keys.active(purpose)
    for (;;) {
      const last = kept.get(number)
      if (last && upToDate(last, list, kid)) return last
      const running = underWay.get(number)
      if (running !== undefined) {
        const published = await running
        if (upToDate(published, list, kid)) return published
        continue
      }
      const started = publish(list, kid, last).finally(() => underWay.delete(number))
      underWay.set(number, started)
      return await started
    }
  }
}

const isYoung = (ctx: Context, published: Published): boolean => {
  const ageSeconds = (ctx.now().getTime() - published.signedAt) / 1000
  return ageSeconds >= 0 && ageSeconds < statusListLifetimeSeconds / 2
}

/** draft-ietf-oauth-status-list §5.1: typ, sub, iat, exp, ttl, status_list. */
const signToken = async (ctx: Context, list: ListRow, kid: string): Promise<string> => {
  const { publicUrl } = ctx.config.server
  const iat = Math.floor(ctx.now().getTime() / 1000)
  const lst = await tokenStatusList(list.size, await revokedIndices(ctx.db, list.number))
  const header = { alg: 'ES256', typ: 'statuslist+jwt', kid }
  const payload = {
    iss: publicUrl,
    sub: tokenListUrl(publicUrl, list.number),
    iat,
    exp: iat + statusListLifetimeSeconds,
    ttl: statusListTtlSeconds,
    status_list: { bits: 1, lst },
  }
  const signingInput = `${encode(header)}.${encode(payload)}`
  const signature = await ctx.keys.sign(kid, Buffer.from(signingInput))
  return `${signingInput}.${Buffer.from(signature).toString('base64url')}`
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** W3C Bitstring Status List 1.0 §2.2; `ttl` in milliseconds. */
const signBitstring = async (
  ctx: Context,
  dataIntegrity: DataIntegrity,
  list: ListRow,
): Promise<string> => {
  const { publicUrl } = ctx.config.server
  const url = bitstringListUrl(publicUrl, list.number)
  const iat = Math.floor(ctx.now().getTime() / 1000)
  const signed = await dataIntegrity.sign({
    '@context': [credentialsV2],
    id: url,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: issuerDid(publicUrl),
    validFrom: instant(iat),
    validUntil: instant(iat + statusListLifetimeSeconds),
    credentialSubject: {
      id: `${url}#list`,
      type: 'BitstringStatusList',
      statusPurpose: 'revocation',
      ttl: statusListTtlSeconds * 1000,
      encodedList: await encodedBitstring(list.size, await revokedIndices(ctx.db, list.number)),
    },
  })
  return JSON.stringify(signed)
}
