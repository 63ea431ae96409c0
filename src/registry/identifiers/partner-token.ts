/**
 * What a partner knows a person by: 36 digits, the same whenever the same person comes to the same partner, however he
 * came (UIN, VID, handle), and useless to any other partner.
 */
import { createHash } from 'node:crypto'
import type { Vault } from '#kernel/keys/vault.ts'

/** Ours: HMAC-SHA-256 under a key of the house (MOSIP's salts lie in the same database as the hashes). */
export function partnerTokenOf(vault: Vault, person: string, partner: string): string {
  const mac = Buffer.from(
    vault.lookup('partner-token', JSON.stringify([partner, person])),
    'base64url',
  )
  return thirtySixDigits(BigInt(`0x${mac.toString('hex')}`))
}

/**
 * MOSIP's token id (mosip-lifecycle §1.1), for a country that brings its partners along: the decimal digits of the
 * ASCII bytes of HEX(SHA256(partnerSalt + partnerCode + HEX(SHA256(uin + uinSalt)))), first 36.
 */
export function mosipTokenId(input: {
  readonly uin: string
  readonly uinSalt: string
  readonly partnerCode: string
  readonly partnerSalt: string
}): string {
  const uinHash = sha256Hex(input.uin + input.uinSalt)
  const hash = sha256Hex(input.partnerSalt + input.partnerCode + uinHash)
  return BigInt(`0x${Buffer.from(hash, 'ascii').toString('hex')}`)
    .toString()
    .slice(0, 36)
}

const thirtySixDigits = (number: bigint): string =>
  (number % 10n ** 36n).toString().padStart(36, '0')
const sha256Hex = (text: string): string =>
  createHash('sha256').update(text, 'utf8').digest('hex').toUpperCase()
