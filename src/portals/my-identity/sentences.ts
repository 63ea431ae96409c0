/** Entries of the log in plain words. Each kind has its text `my-identity.entry.<kind>`, and a picture by what it is about. */
import type { Entry } from '#kernel/audit/audit.ts'
import type { CountryPack } from '#kernel/config/country.ts'
import type { TextValues } from '#kernel/i18n/catalogues.ts'
import { formatLocale } from '#kernel/i18n/format-locale.ts'
import { inLanguage } from '../present-fields.ts'
import { claimLabel } from './claim-label.ts'
import type { Visit } from './visit.ts'

export interface Told {
  readonly id: string
  readonly at: Date
  readonly icon: Icon
  readonly sentence: string
  readonly purpose?: string
  /** Numbered in the tree, so that a receipt can be had. */
  readonly proven: boolean
}
export type Icon = 'eye' | 'key' | 'warning' | 'share' | 'card' | 'number' | 'person' | 'paper'

export async function tell(visit: Visit, entries: readonly Entry[]): Promise<Told[]> {
  const names = await clientNames(visit, entries)
  return entries.map((entry) => tellOne(visit, entry, names))
}

function tellOne({ ctx, incoming }: Visit, entry: Entry, names: ReadonlyMap<string, string>): Told {
  const { catalogues } = ctx.web
  const language = incoming.language
  const own = `my-identity.entry.${entry.kind}`
  const key = catalogues.has(language, own) ? own : 'my-identity.entry.other'
  const purpose = `my-identity.purpose.${entry.content.purpose}`
  return {
    id: entry.id,
    at: entry.at,
    icon: iconOf(entry.kind),
    sentence: catalogues.text(language, key, valuesOf({ ctx, language }, entry, names)),
    ...(catalogues.has(language, purpose) && { purpose: catalogues.text(language, purpose) }),
    proven: entry.index !== undefined,
  }
}

/** What a sentence may name. Whatever an entry does not hold is empty, or reads as the text's `other`. */
const valuesOf = (
  { ctx, language }: { readonly ctx: Visit['ctx']; readonly language: string },
  { actor, content, kind }: Entry,
  names: ReadonlyMap<string, string>,
): TextValues => {
  const client = clientOf({ actor, content })
  const configuration = content.configurations ?? content.configuration ?? []
  return {
    ...expected,
    ...plain(content),
    kind,
    who: selector(actor.type),
    stage: selector(String(content.stage ?? '')),
    service: names.get(client) ?? client,
    atService: client === '' ? 'no' : 'yes',
    what: listOf(language, content.claims, (claim) =>
      withinSentence(claimLabel(ctx, language, claim)),
    ),
    credential: listOf(language, [configuration].flat(), (id) => credentialName(ctx, language, id)),
    type: vidName(ctx.country, language, String(content.type ?? '')),
  }
}

/** ICU MessageFormat selects by identifiers, which hold no hyphen. */
const selector = (name: string): string => name.replaceAll('-', '_')
/** Names that texts choose by. */
const expected = {
  whole: 'no',
  remembered: 'no',
  burned: 'no',
  factor: '',
  role: '',
  verdict: '',
  event: '',
}
const plain = (content: Entry['content']): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(content).flatMap(([name, value]) => {
      if (typeof value === 'boolean') return [[name, value ? 'yes' : 'no']]
      return typeof value === 'string' || typeof value === 'number' ? [[name, value]] : []
    }),
  )

const clientOf = ({ actor, content }: Pick<Entry, 'actor' | 'content'>): string =>
  String(content.client ?? (actor.type === 'relying-party' ? actor.id : ''))

const vidName = (country: CountryPack, language: string, type: string): string => {
  const policy = country.vidTypes.find((vidType) => vidType.type === type)
  return policy ? inLanguage(policy.name, language) : type
}
const credentialName = (ctx: Visit['ctx'], language: string, id: string): string => {
  const configuration = ctx.issuer.configurations().find((each) => each.id === id)
  return configuration ? inLanguage(configuration.name, language) : id
}

/** A label begins large, a word inside a sentence small; initials stay ("UIN"). */
const withinSentence = (label: string): string =>
  label.replace(/^\p{Lu}(?!\p{Lu})/u, (first) => first.toLowerCase())

const listOf = (language: string, items: unknown, label: (item: string) => string): string =>
  Array.isArray(items)
    ? new Intl.ListFormat(formatLocale(language), { type: 'conjunction' }).format(
        items.map((item) => label(String(item))),
      )
    : ''

/** By the noun of the kind; a failure always warns. */
const icons: Readonly<Record<string, Icon>> = {
  identity: 'eye',
  authentication: 'key',
  passkey: 'key',
  consent: 'share',
  credential: 'card',
  'credential-offer': 'card',
  'credential-token': 'card',
  vid: 'number',
  packet: 'paper',
  adjudication: 'person',
}
const iconOf = (kind: string): Icon => {
  const [noun = '', verb = ''] = kind.split('.')
  if (['failed', 'locked', 'refused'].includes(verb)) return 'warning'
  return icons[noun] ?? 'paper'
}

/** Wallets have no name of their own: they are told as the reader's wallet. */
async function clientNames({ ctx, incoming }: Visit, entries: readonly Entry[]) {
  const ids = new Set(entries.map(clientOf).filter((id) => id !== ''))
  const wallet = ctx.web.catalogues.text(incoming.language, 'my-identity.wallet')
  const named = await Promise.all(
    [...ids].map(async (id) => [id, (await ctx.idp.clientName(id)) ?? wallet] as const),
  )
  return new Map(named)
}
