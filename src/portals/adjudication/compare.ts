/** Two records beside each other: which fields agree, and which do not. */
import type { CountryPack } from '#kernel/config/country.ts'
import { presentFields, type ShownValue } from '../present-fields.ts'

export interface ComparedValue extends ShownValue {
  /** The other record says something else in this language. */
  readonly differs: boolean
}
export interface ComparedField {
  readonly label: string
  readonly subject: readonly ComparedValue[]
  readonly other: readonly ComparedValue[]
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
    .map((field, index) => compareValues(field.label, field.values, others[index]?.values ?? []))
    .filter((field) => field.subject.length > 0 || field.other.length > 0)
}

const compareValues = (
  label: string,
  a: readonly ShownValue[],
  b: readonly ShownValue[],
): ComparedField => {
  const [subject, other] = [marked(a, b), marked(b, a)]
  const differs = [...subject, ...other].some((value) => value.differs)
  const state = a.length === 0 || b.length === 0 ? 'missing' : differs ? 'differs' : 'same'
  return { label, subject, other, state }
}

/** A value differs when the other side has one in the same language that is not the same. */
const marked = (
  values: readonly ShownValue[],
  others: readonly ShownValue[],
): readonly ComparedValue[] =>
  values.map((value) => {
    const rivals = others.filter(({ lang }) => lang === value.lang)
    const same = rivals.some(({ text }) => plain(text) === plain(value.text))
    return { ...value, differs: rivals.length > 0 && !same }
  })

const plain = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
