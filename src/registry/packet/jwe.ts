/**
 * The outer seal: a compact JWE (RFC 7516 §3.1) to one of our intake keys, ECDH-ES in direct key agreement (RFC 7518
 * §4.6) with A256GCM (§5.3). The private key stays in the key store, which answers the content encryption key.
 */
import { createDecipheriv, createPublicKey } from 'node:crypto'
import type { Context } from '#kernel/context.ts'
import { decodeExact, decodeHeader } from './base64url.ts'
import { HEADER_LENGTH_MAX } from './parameters.ts'
import { problem } from './problems.ts'

/** Everything else in the header would be ignored by us and believed by somebody else. */
const headerMembers = ['alg', 'enc', 'kid', 'epk', 'apu', 'apv', 'typ', 'cty']
const IV_BYTES = 12
const TAG_BYTES = 16

/**
 * The plaintext. Problems: `packet.malformed`, `packet.unsupported-algorithm`, `packet.compressed`, `packet.wrong-key`,
 * `packet.seal-broken`.
 */
export async function openJwe({ keys }: Pick<Context, 'keys'>, compact: string): Promise<Buffer> {
  const parts = compact.split('.', 6)
  const [header64 = '', encryptedKey, iv64 = '', ciphertext64 = '', tag64 = ''] = parts
  if (parts.length !== 5) throw malformed()
  const header = decodeHeader(header64, HEADER_LENGTH_MAX, malformed)
  // RFC 7516 §4.1.3: a small ciphertext may inflate to anything.
  if ('zip' in header) throw problem('packet.compressed')
  if (header.alg !== 'ECDH-ES' || header.enc !== 'A256GCM')
    throw problem('packet.unsupported-algorithm')
  if (Object.keys(header).some((member) => !headerMembers.includes(member))) throw malformed()
  const kid = await intakeKid(keys, header.kid)
  // RFC 7518 §4.6: with direct agreement the encrypted key is the empty octet sequence.
  if (encryptedKey !== '') throw malformed()
  const [iv, tag] = [decodeExact(iv64, malformed), decodeExact(tag64, malformed)]
  if (iv.length !== IV_BYTES || tag.length !== TAG_BYTES) throw malformed()
  const key = await keys.decryptKey(kid, {
    alg: 'ECDH-ES',
    enc: 'A256GCM',
    epk: ephemeralKey(header.epk),
    ...partyInfo('apu', header.apu),
    ...partyInfo('apv', header.apv),
  })
  const ciphertext = decodeExact(ciphertext64, malformed)
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(header64, 'ascii'))
  decipher.setAuthTag(tag)
  const plaintext = decipher.update(ciphertext)
  try {
    return Buffer.concat([plaintext, decipher.final()])
  } catch (cause) {
    throw problem('packet.seal-broken', { cause })
  }
}

const malformed = () => problem('packet.malformed')

/** Retired keys still open what an offline client sealed before the rotation. */
async function intakeKid(keys: Context['keys'], kid: unknown): Promise<string> {
  if (typeof kid !== 'string') throw problem('packet.wrong-key')
  const known = await keys.list('packet-intake', kid)
  const found = known.find((key) => key.kid === kid && key.state !== 'destroyed')
  if (found === undefined) throw problem('packet.wrong-key')
  return found.kid
}

/** A P-256 point, or refused: a point off the curve would wear the private key away, answer by answer. */
function ephemeralKey(epk: unknown): Record<string, string> {
  if (typeof epk !== 'object' || epk === null) throw malformed()
  const { kty, crv, x, y, ...rest } = epk as Record<string, unknown>
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string')
    throw malformed()
  if (Object.keys(rest).length > 0) throw malformed()
  const jwk = { kty, crv, x, y }
  try {
    createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    throw malformed()
  }
  return jwk
}

function partyInfo(member: 'apu' | 'apv', value: unknown): { [Key in typeof member]?: string } {
  if (value === undefined) return {}
  if (typeof value !== 'string' || value.length > 200) throw malformed()
  decodeExact(value, malformed)
  return { [member]: value }
}
