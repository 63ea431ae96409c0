/** The inner signature: a compact JWS (RFC 7515 §3.1) by the operator's own key, ES256 (RFC 7518 §3.4). */
import { createPublicKey, verify } from 'node:crypto'
import type { Context } from '#kernel/context.ts'
import { operatorKey } from '../staff/staff.ts'
import { decodeExact, decodeHeader } from './base64url.ts'
import { HEADER_LENGTH_MAX } from './parameters.ts'
import { problem } from './problems.ts'

/** RFC 7515 §4.1.9: keeps a JWS that an operator's key signs elsewhere from passing for a packet. */
export const PACKET_TYPE = 'plinth-packet+jws'
const SIGNATURE_BYTES = 64

export interface Signed {
  readonly payload: Buffer
  /** Staff id of the key's owner. */
  readonly signer: string
}

/** Problems: `packet.unsigned`, `packet.unknown-signer`, `packet.signature-invalid`. */
export async function openJws(ctx: Context, compact: string): Promise<Signed> {
  const parts = compact.split('.', 4)
  const [header64 = '', payload64 = '', signature64 = ''] = parts
  if (parts.length !== 3) throw unsigned()
  const { alg, kid, typ, ...rest } = decodeHeader(header64, HEADER_LENGTH_MAX, unsigned)
  // The algorithm is ours to choose: `none` and HMAC under a public key never get as far as a key.
  if (alg !== 'ES256' || typ !== PACKET_TYPE || Object.keys(rest).length > 0) throw unsigned()
  if (typeof kid !== 'string' || kid.length > 64) throw unsigned()
  const signature = decodeExact(signature64, unsigned)
  if (signature.length !== SIGNATURE_BYTES) throw problem('packet.signature-invalid')
  const signer = await operatorKey(ctx, kid)
  if (signer === undefined) throw problem('packet.unknown-signer')
  const key = createPublicKey({ key: { ...signer.jwk }, format: 'jwk' })
  const input = Buffer.from(`${header64}.${payload64}`, 'ascii')
  if (!verify('sha256', input, { key, dsaEncoding: 'ieee-p1363' }, signature))
    throw problem('packet.signature-invalid')
  return { payload: decodeExact(payload64, unsigned), signer: signer.operator }
}

/** The payload of a JWS whose signature was checked before. */
export const payloadOf = (compact: string): Buffer =>
  decodeExact(compact.split('.', 3)[1] ?? '', unsigned)

const unsigned = () => problem('packet.unsigned')
