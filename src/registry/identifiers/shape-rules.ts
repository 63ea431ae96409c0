/**
 * What a number given to people must not look like. The rules are MOSIP's (mosip-config, `mosip.kernel.uin.*` and
 * `mosip.kernel.vid.*`; its `UinFilterUtil.isValidId`): they keep numbers that people mistype or fight over out of
 * circulation.
 *
 * MOSIP also refuses numbers whose first five digits equal the last five, and cyclic numbers (142857 …). Neither
 * needs a rule: the former is a repeated pair, 142857 holds 428 (three even digits), and the other cyclic numbers
 * hold a near repeat. The tests hold us to that.
 */
import { hasValidCheckDigit } from './verhoeff.ts'

export const shapeRules = {
  'leading-zero-or-one': /^[01]/,
  'run-of-three': /012|123|234|345|456|567|678|789|890|901|987|876|765|654|543|432|321|210|109|098/,
  /** 11 and 1x1. */
  'near-repeat': /(\d)\d?\1/,
  'repeated-pair': /(\d\d).*\1/,
  /** Of 2, 4, 6, 8: zero is not counted as even. */
  'three-even': /[2468]{3}/,
  'restricted-number': /786|666/,
  /** The last five digits are the first five backwards. Below 12 digits this is always a near repeat. */
  'mirrored-ends': /^(\d)(\d)(\d)(\d)(\d)\d*\5\4\3\2\1$/,
  /** PRID only: blocks of three instead of two. */
  'repeated-triple': /(\d\d\d).*\1/,
} as const satisfies Record<string, RegExp>
export type ShapeRule = keyof typeof shapeRules

export interface Shape {
  /** Digits, the Verhoeff check digit among them. */
  readonly length: number
  readonly rules: readonly ShapeRule[]
}
export type ShapeFault = ShapeRule | 'length' | 'check-digit'

const common = ['leading-zero-or-one', 'run-of-three', 'near-repeat'] as const
export const uinRules: readonly ShapeRule[] = [
  ...common,
  'repeated-pair',
  'three-even',
  'restricted-number',
  'mirrored-ends',
]
/** mosip-lifecycle: VID, 16 digits. */
export const vidShape: Shape = {
  length: 16,
  rules: [...common, 'repeated-pair', 'restricted-number'],
}
/** mosip-lifecycle: PRID, 14 digits. */
export const pridShape: Shape = {
  length: 14,
  rules: [...common, 'repeated-triple', 'restricted-number'],
}

/** Names the first rule that `text` breaks, or undefined when it is well formed. */
export function shapeFault(shape: Shape, text: string): ShapeFault | undefined {
  if (text.length !== shape.length || !/^\d+$/.test(text)) return 'length'
  for (const rule of shape.rules) if (shapeRules[rule].test(text)) return rule
  return hasValidCheckDigit(text) ? undefined : 'check-digit'
}
