/** The development inbox as people see it: whose phone, and which messages are on it. */
import type { SandboxPerson } from '#kernel/config/sandbox.ts'
import type { Context } from '#kernel/context.ts'
import { type InboxMessage, listInbox } from '#kernel/messages/messages.ts'

export interface Phone {
  /** In addresses of pages in place of the e-mail address or number. */
  readonly key: string
  /** A sandbox person's name; else the address itself. */
  readonly name: string
  readonly addresses: readonly string[]
}
export interface Bubble {
  readonly channel: 'email' | 'sms'
  readonly subject: string
  /** Codes are told apart, so that they can be shown large. */
  readonly parts: readonly { readonly text: string; readonly code: boolean }[]
  readonly at: Date
}

/** People of the sandbox, then whoever else was written to. */
export async function phonesOf(
  ctx: Context,
  language: string,
  persons: readonly SandboxPerson[],
): Promise<readonly Phone[]> {
  const known = persons.map((person) => phoneOf(ctx, language, person)).filter(hasAddress)
  const taken = new Set(known.flatMap(({ addresses }) => addresses))
  const written = new Set((await listInbox(ctx, undefined)).map(({ to }) => to))
  const others = [...written].filter((address) => !taken.has(address))
  return [
    ...known,
    ...others.map((address) => ({ key: keyOf(ctx, address), name: address, addresses: [address] })),
  ]
}

/** Oldest first, as on a phone. */
export async function bubblesOf(ctx: Context, phone: Phone): Promise<readonly Bubble[]> {
  const lists = await Promise.all(phone.addresses.map((address) => listInbox(ctx, address)))
  return lists
    .flat()
    .sort((a, b) => (a.at < b.at ? -1 : 1))
    .slice(-20)
    .map(bubbleOf)
}

const bubbleOf = ({ channel, subject, text, at }: InboxMessage): Bubble => ({
  channel,
  subject,
  parts: text
    .split(/(?<!\d)(\d{4,8})(?!\d)/)
    .map((part, index) => ({ text: part, code: index % 2 === 1 })),
  at: new Date(at),
})

const phoneOf = (ctx: Context, language: string, { identity, uin }: SandboxPerson): Phone => {
  const addresses = ['email', 'phone']
    .map((kind) => ctx.country.fields.find((field) => field.kind === kind)?.id ?? '')
    .map((id) => identity[id])
    .filter((value) => typeof value === 'string')
  return { key: keyOf(ctx, uin), name: nameOf(ctx, language, identity), addresses }
}
const hasAddress = ({ addresses }: Phone): boolean => addresses.length > 0

/** The field that answers the claim `name`, in the reader's language where it is given. */
export const nameOf = (
  { country }: Context,
  language: string,
  identity: Readonly<Record<string, unknown>>,
): string => {
  const field = country.fields.find(({ claim }) => claim === 'name')
  const values = identity[field?.id ?? '']
  if (!Array.isArray(values)) return typeof values === 'string' ? values : ''
  const iso639 = country.languages.find(({ tag }) => tag === language)?.iso639
  const found = values.find((value) => value.language === iso639) ?? values[0]
  return typeof found?.value === 'string' ? found.value : ''
}

const keyOf = (ctx: Context, text: string): string =>
  ctx.vault.lookup('inbox.phone', text).slice(0, 16)
