/** did:key (W3C CCG did-method-key): a multicodec public key in base58btc. P-256 and Ed25519 only. */
import { ECDH } from 'node:crypto'
import { decodeBase58, encodeBase58 } from './base58.ts'
import type { HolderJwk } from './public-jwk.ts'

const prefix = 'did:key:'
/** Multicodec table, as unsigned varints: p256-pub 0x1200, ed25519-pub 0xed. */
const codecs = { p256: Buffer.from([0x80, 0x24]), ed25519: Buffer.from([0xed, 0x01]) }

/** Multikey form (W3C Controlled Identifiers 1.0 §2.2.2) of 32 raw Ed25519 bytes. */
export const ed25519Multikey = (raw: Uint8Array): string =>
  `z${encodeBase58(Buffer.concat([codecs.ed25519, raw]))}`

export const didKeyOf = (jwk: HolderJwk): string => {
  const x = Buffer.from(jwk.x, 'base64url')
  if (jwk.kty === 'OKP') return prefix + ed25519Multikey(x)
  const odd = ((Buffer.from(jwk.y, 'base64url').at(-1) ?? 0) & 1) === 1
  return `${prefix}z${encodeBase58(Buffer.concat([codecs.p256, Buffer.from([odd ? 3 : 2]), x]))}`
}

/** Undefined for another key type, another multibase, or a point that is not on the curve. */
export const jwkOfDidKey = (did: string): HolderJwk | undefined => {
  if (!did.startsWith(`${prefix}z`)) return undefined
  const bytes = decodeBase58(did.slice(prefix.length + 1))
  if (!bytes) return undefined
  const key = bytes.subarray(2)
  if (bytes.subarray(0, 2).equals(codecs.ed25519) && key.length === 32)
    return { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') }
  if (bytes.subarray(0, 2).equals(codecs.p256) && key.length === 33) return decompressed(key)
  return undefined
}

/** OpenSSL refuses a compressed point without a y on the curve: an expected refusal, hence the catch. */
const decompressed = (point: Uint8Array): HolderJwk | undefined => {
  try {
    const full = ECDH.convertKey(
      point,
      'prime256v1',
      undefined,
      undefined,
      'uncompressed',
    ) as Buffer
    const part = (from: number) => full.subarray(from, from + 32).toString('base64url')
    return { kty: 'EC', crv: 'P-256', x: part(1), y: part(33) }
  } catch {
    return undefined
  }
}
