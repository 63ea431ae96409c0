/**
 * Verhoeff check digit (J. Verhoeff, Error Detecting Decimal Codes, 1969): catches every single-digit error and
 * every swap of two neighbours.
 */

/** Multiplication of D5, the symmetries of a pentagon: 0-4 turn, 5-9 mirror. */
export const multiply = (a: number, b: number): number =>
  a < 5
    ? b < 5
      ? (a + b) % 5
      : 5 + ((a + b) % 5)
    : b < 5
      ? 5 + ((a - b + 5) % 5)
      : (a - b + 5) % 5

const first = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4]
/** `permutations[i % 8][digit]`, i counted from the right end of the number. */
export const permutations: readonly (readonly number[])[] = Array.from({ length: 8 }, (_, times) =>
  Array.from({ length: 10 }, (_, digit) => {
    let image = digit
    for (let n = 0; n < times; n++) image = first[image] ?? 0
    return image
  }),
)

const fold = (digits: string): number => {
  let product = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 48
    product = multiply(product, permutations[i % 8]?.[digit] ?? 0)
  }
  return product
}

/** The digit to append to `digits` (ASCII decimal digits). */
export function checkDigit(digits: string): string {
  const product = fold(`${digits}0`)
  for (let digit = 0; digit < 10; digit++) {
    if (multiply(product, digit) === 0) return String(digit)
  }
  throw new RangeError('verhoeff: every element of D5 has an inverse')
}

export const hasValidCheckDigit = (digits: string): boolean => fold(digits) === 0
