/**
 * RID: names one packet, printed on the receipt. Ours is opaque: 15 random characters of Crockford's base 32 (75 bits,
 * no I, L, O, U) and a check character; no centre, machine or time, which in MOSIP's RID tell a stranger where and when
 * somebody enrolled. MOSIP's 29 digits (centre 5, machine 5, sequence 5, UTC yyyyMMddHHmmss) are read and made
 * for compatibility.
 */
import type { Random } from './draw.ts'
import type { Rid } from './identifiers.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const LENGTH = 16

export function drawRid(random: Random): Rid {
  const body = Array.from(random(LENGTH - 1), (byte) => alphabet.charAt(byte & 31)).join('')
  return (body + checkCharacter(body)) as Rid
}

export function isRid(text: string): text is Rid {
  if (!/^[0-9A-HJKMNP-TV-Z]{16}$/.test(text)) return false
  return checkCharacter(text.slice(0, -1)) === text.at(-1)
}

/** What a person typed: lower case, hyphens and spaces are fine, I and L read as 1, O as 0 (Crockford). */
export const normaliseRid = (text: string): string =>
  text.toUpperCase().replace(/[\s-]/g, '').replace(/[IL]/g, '1').replace(/O/g, '0')

/** `7K2M-91QX-…`: as printed. */
export const groupedRid = (rid: Rid): string => rid.match(/.{1,4}/g)?.join('-') ?? rid

/**
 * Weights 1, 3, 5 … are odd, so invertible modulo 32: any one wrong character is seen. Neighbours differ by weight
 * 2, so a swap is seen unless the two characters are 16 apart.
 */
function checkCharacter(body: string): string {
  let sum = 0
  for (let i = 0; i < body.length; i++) sum += alphabet.indexOf(body.charAt(i)) * (2 * i + 1)
  return alphabet.charAt(sum % 32)
}

export interface MosipRid {
  readonly centre: string
  readonly machine: string
  readonly sequence: number
  readonly at: Date
}

/** Undefined when `text` is not 29 digits or its last 14 are no instant. */
export function parseMosipRid(text: string): MosipRid | undefined {
  const parts = /^(\d{5})(\d{5})(\d{5})(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text)
  if (parts === null) return undefined
  const [, centre = '', machine = '', sequence = '', y, mo, d, h, mi, s] = parts
  const at = new Date(`${y}-${mo}-${d}T${h}:${mi}:${s}Z`)
  // A date such as 31 February rolls over instead of failing: print it back and compare.
  if (Number.isNaN(at.getTime()) || stamp(at) !== text.slice(15)) return undefined
  return { centre, machine, sequence: Number(sequence), at }
}

export const formatMosipRid = ({ centre, machine, sequence, at }: MosipRid): string =>
  centre + machine + String(sequence).padStart(5, '0') + stamp(at)

const stamp = (at: Date): string => at.toISOString().replace(/\D/g, '').slice(0, 14)
