/** From what the registry answers to what a credential says. */
import { addressMembers, type ClaimRule } from './schema.ts'

/** Registry claims that these rules need, each once. */
export const neededClaims = (rules: readonly ClaimRule[]): string[] => [
  ...new Set(rules.map((rule) => rule.from)),
]

export type MappedClaims =
  | { readonly outcome: 'mapped'; readonly claims: Record<string, unknown> }
  | { readonly outcome: 'incomplete'; readonly claim: string }

/** `today`: the date of issue, `YYYY-MM-DD`. A rule whose source is absent is left out, unless it is mandatory. */
export const mapClaims = (
  rules: readonly ClaimRule[],
  record: Readonly<Record<string, unknown>>,
  today: string,
): MappedClaims => {
  const claims: Record<string, unknown> = {}
  for (const rule of rules) {
    const value = derived(rule, record[rule.from], today)
    if (value === undefined) {
      if (rule.mandatory) return { outcome: 'incomplete', claim: rule.name }
      continue
    }
    claims[rule.name] = rule.member === undefined ? value : { [rule.member]: value }
  }
  return { outcome: 'mapped', claims }
}

const derived = (rule: ClaimRule, source: unknown, today: string): unknown => {
  if (source === undefined || source === null || source === '') return undefined
  if (rule.from === 'address') return addressOf(source)
  if (rule.ageOver === undefined) return source
  return typeof source === 'string' ? hasAge(source, rule.ageOver, today) : undefined
}

/** Only the members that the type metadata and the JSON-LD context name. */
const addressOf = (source: unknown): Record<string, string> | undefined => {
  if (typeof source !== 'object' || source === null) return undefined
  const members = Object.entries(source).filter(
    (entry): entry is [string, string] =>
      addressMembers.some((member) => member === entry[0]) && typeof entry[1] === 'string',
  )
  return members.length > 0 ? Object.fromEntries(members) : undefined
}

/**
 * Whole years by the calendar: someone born on 29 February has his birthday on 1 March of a common year.
 * Undefined for a birthdate that is not a full date (OpenID Connect Core §5.1 allows a bare year).
 */
export const hasAge = (birthdate: string, years: number, today: string): boolean | undefined => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(birthdate)) return undefined
  const birthday = `${String(Number(birthdate.slice(0, 4)) + years).padStart(4, '0')}${birthdate.slice(4)}`
  return birthday <= today
}
