/** RFC 8785 (JCS): one text for one JSON value, so that hashing it means something. */
export type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json }

export const canonicalJson = (value: Json): string => {
  if (typeof value !== 'object') return scalar(value)
  if (isList(value)) return `[${value.map(canonicalJson).join(',')}]`
  // §3.2.3: by UTF-16 code units, which is how JavaScript compares strings
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${scalar(name)}:${canonicalJson(member)}`).join(',')}}`
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)

/** §3.2.2: ECMAScript's own notation of strings and numbers; there is none for NaN or a lone surrogate. */
const scalar = (value: string | number | boolean): string => {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError('not a JSON number')
  if (typeof value === 'string' && !value.isWellFormed()) throw new RangeError('not Unicode text')
  return JSON.stringify(value)
}
