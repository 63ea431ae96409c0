/** New keys, and keys made ready for use. */
import {
  createHash,
  createPrivateKey,
  createSecretKey,
  generateKeyPair,
  type KeyObject,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { KeyRecord } from './key-file.ts'
import { type KeyInfo, type PublicJwk, type Purpose, purposes } from './keys.ts'

const generate = promisify(generateKeyPair)
/** NIST SP 800-57 part 1 rev. 5 table 2: 3072 bits for protection beyond 2030. */
const rsaBits = 3072

export const makeKey = async (
  purpose: Purpose,
  state: KeyRecord['state'],
  at: Date,
  random: (bytes: number) => Buffer,
): Promise<KeyRecord> => {
  const jwk = await newJwk(purposes[purpose].alg, random)
  return { kid: thumbprint(jwk), purpose, state, notBefore: at.getTime(), jwk }
}

const newJwk = async (
  alg: (typeof purposes)[Purpose]['alg'],
  random: (bytes: number) => Buffer,
): Promise<Record<string, string>> => {
  switch (alg) {
    case 'A256GCM':
      return { kty: 'oct', k: random(32).toString('base64url') }
    case 'EdDSA':
      return exportJwk((await generate('ed25519', {})).privateKey)
    case 'ES256':
    case 'ECDH-ES':
      return exportJwk((await generate('ec', { namedCurve: 'P-256' })).privateKey)
    case 'RSA-OAEP-256':
      return exportJwk((await generate('rsa', { modulusLength: rsaBits })).privateKey)
  }
}

const exportJwk = (key: KeyObject): Record<string, string> =>
  Object.fromEntries(
    Object.entries(key.export({ format: 'jwk' })).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  )

/** RFC 7638 §3.2: the required members of each key type, in lexicographic order. */
const required: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
  oct: ['k', 'kty'],
}

const pick = (jwk: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries((required[jwk.kty ?? ''] ?? []).map((name) => [name, jwk[name] ?? '']))

/** RFC 7638 §3, SHA-256. Of a symmetric key too: §7 warns of guessable ones, ours hold 256 random bits. */
const thumbprint = (jwk: Readonly<Record<string, string>>): string =>
  createHash('sha256')
    .update(JSON.stringify(pick(jwk)))
    .digest('base64url')

export interface ReadyKey {
  readonly record: KeyRecord
  readonly info: KeyInfo
  /** `sign`, `wrap` or `decrypt`. */
  readonly use: 'sign' | 'wrap' | 'decrypt'
  readonly secret: KeyObject
}

export const readyKey = (record: KeyRecord): ReadyKey => {
  const { use } = purposes[record.purpose]
  const secret =
    use === 'wrap'
      ? createSecretKey(record.jwk.k ?? '', 'base64url')
      : createPrivateKey({ key: { ...record.jwk }, format: 'jwk' })
  return {
    record,
    info: infoOf(record),
    use,
    secret,
  }
}

const infoOf = (record: KeyRecord): KeyInfo => {
  const { use, alg } = purposes[record.purpose]
  return {
    kid: record.kid,
    purpose: record.purpose,
    alg,
    state: record.state,
    notBefore: new Date(record.notBefore),
    ...(record.notAfter === undefined ? {} : { notAfter: new Date(record.notAfter) }),
    ...(use === 'wrap' ? {} : { publicJwk: publicJwk(record, alg, use) }),
  }
}

const publicJwk = (record: KeyRecord, alg: string, use: 'sign' | 'decrypt'): PublicJwk => ({
  ...pick(record.jwk),
  kty: record.jwk.kty ?? '',
  kid: record.kid,
  alg,
  use: use === 'sign' ? 'sig' : 'enc',
})
