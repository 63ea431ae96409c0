/** The content encryption key of a JWE, for the two key management algorithms the house accepts. */
import {
  constants,
  createHash,
  createPublicKey,
  diffieHellman,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto'
import type { JweKeyInput } from './keys.ts'
import { keyProblem } from './problems.ts'

const cekBytes = 32

/** 32 bytes for A256GCM. Problem: `keys.undecipherable`, the same for every cause, so that no caller learns which. */
export const contentKey = (key: KeyObject, input: JweKeyInput): Buffer => {
  try {
    const cek = input.alg === 'ECDH-ES' ? agree(key, input) : unwrapOaep(key, input)
    if (cek.length !== cekBytes) throw new Error('content key of a wrong length')
    return cek
  } catch (error) {
    throw keyProblem('keys.undecipherable', { cause: error })
  }
}

/** RFC 7518 §4.6, direct agreement: the derived key is the content key itself. */
const agree = (key: KeyObject, { enc, epk, apu, apv }: JweKeyInput): Buffer => {
  if (epk?.kty !== 'EC' || epk.crv !== 'P-256') throw new Error('epk is not a P-256 key')
  const { kty, crv, x = '', y = '' } = epk
  // importing refuses a point that is not on the curve: no invalid-curve attack
  const publicKey = createPublicKey({ key: { kty, crv, x, y }, format: 'jwk' })
  return concatKdf(diffieHellman({ privateKey: key, publicKey }), enc, apu ?? '', apv ?? '')
}

/** NIST SP 800-56A §5.8.1 as RFC 7518 §4.6.2 fixes it: one round of SHA-256 gives the 256 bits. */
const concatKdf = (z: Buffer, algorithm: string, apu: string, apv: string): Buffer =>
  createHash('sha256')
    .update(uint32(1))
    .update(z)
    .update(prefixed(Buffer.from(algorithm)))
    .update(prefixed(Buffer.from(apu, 'base64url')))
    .update(prefixed(Buffer.from(apv, 'base64url')))
    .update(uint32(cekBytes * 8))
    .digest()

/** RFC 7518 §4.3. */
const unwrapOaep = (key: KeyObject, { encryptedKey }: JweKeyInput): Buffer =>
  privateDecrypt(
    { key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    encryptedKey ?? new Uint8Array(),
  )

const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

const prefixed = (bytes: Buffer): Buffer => Buffer.concat([uint32(bytes.length), bytes])
