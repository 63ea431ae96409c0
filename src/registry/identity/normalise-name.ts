/**
 * Makes names comparable that one person writes in two ways. Exact after that: what is not equal here is no
 * demographic duplicate. Nothing is transliterated, and the order of the words stays.
 *
 * Steps: compatibility forms decomposed (Unicode NFKD); accents, Hebrew points, Arabic harakat, hamza marks, tatweel and
 * invisible controls dropped; case folded (through upper case, so that ß is ss); recomposed (NFKC); white space collapsed. Vowel signs of the Indic scripts are letters of the name and stay.
 */
export function normaliseName(name: string): string {
  // Letters first: mathematical capitals have no lower case. Three turns of case, for the capital ẞ.
  const folded = letters(name).toLowerCase().toUpperCase().toLowerCase()
  return letters(folded).normalize('NFKC').replace(/\s+/gu, ' ').trim()
}

const letters = (text: string): string => text.normalize('NFKD').replace(marks, '')

/**
 * U+0300-036F combining diacritics; U+0591-05C7 Hebrew points (without the maqaf, 05BE, and its kin); U+0610-061A,
 * 064B-065F, 0670, 06D6-06ED Arabic marks; U+0640 tatweel; Cf: joiners and direction marks.
 */
const marks =
  /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed]|\p{Cf}/gu
