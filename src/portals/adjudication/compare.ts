/** Two records beside each other: which fields agree, and which do not. */
import type { CountryPack } from '#kernel/config/country.ts'
import { presentFields, type ShownValue } from '../present-fields.ts'

export interface ComparedField {
  readonly label: string
  readonly subject: readonly ShownValue[]
  readonly other: readonly ShownValue[]
  /** `missing`: one of the two does not have it. */
  readonly state: 'same' | 'differs' | 'missing'
}

type Fields = Readonly<Record<string, unknown>>

/** Fields that neither has are left out. Letter case, white space and Unicode form make no difference. */
export const compareRecords = (
  country: CountryPack,
  language: string,
  subject: Fields,
  other: Fields,
): readonly ComparedField[] => {
  const others = presentFields(country, language, other)
  return presentFields(country, language, subject)
    .map((field, index) => {
      const values = others[index]?.values ?? []
      return {
        label: field.label,
        subject: field.values,
        other: values,
        state: stateOf(field.values, values),
      }
    })
    .filter((field) => field.subject.length > 0 || field.other.length > 0)
}

const stateOf = (a: readonly ShownValue[], b: readonly ShownValue[]): ComparedField['state'] => {
  if (a.length === 0 || b.length === 0) return 'missing'
  return plain(a) === plain(b) ? 'same' : 'differs'
}
const plain = (values: readonly ShownValue[]): string =>
  values
    .map(
      ({ text, lang = '' }) =>
        `${lang}:${text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()}`,
    )
    .sort()
    .join('\n')
