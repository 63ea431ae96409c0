/**
 * The numbers a person meets. Branded, so that one can not be passed for another.
 *
 * UIN: for life, never reissued, known to the resident alone. VID: a stand-in for the UIN that can be revoked. RID: of
 * one packet. PRID: of one application before enrolment.
 */
import { drawNumber, type Random } from './draw.ts'
import { pridShape, type Shape, shapeFault, vidShape } from './shape-rules.ts'

export type Uin = string & { readonly brand: 'Uin' }
export type Vid = string & { readonly brand: 'Vid' }
export type Rid = string & { readonly brand: 'Rid' }
export type Prid = string & { readonly brand: 'Prid' }

export const drawUin = (shape: Shape, random: Random): Uin => drawNumber(shape, random) as Uin
export const isUin = (shape: Shape, text: string): text is Uin =>
  shapeFault(shape, text) === undefined

export const drawVid = (random: Random): Vid => drawNumber(vidShape, random) as Vid
export const isVid = (text: string): text is Vid => shapeFault(vidShape, text) === undefined

export const drawPrid = (random: Random): Prid => drawNumber(pridShape, random) as Prid
export const isPrid = (text: string): text is Prid => shapeFault(pridShape, text) === undefined

/** As people write it: `2619 7306 92`; anything but digits between groups is no identifier. */
export const withoutSpaces = (text: string): string => text.normalize('NFKC').replace(/[\s-]/g, '')

/** `•••• •••• 0415`: only the last four digits, in groups of four counted from the end. */
export function masked(number: string): string {
  const hidden = '•'.repeat(Math.max(0, number.length - 4)) + number.slice(-4)
  return hidden.match(/.{1,4}(?=(?:.{4})*$)/gu)?.join(' ') ?? ''
}
