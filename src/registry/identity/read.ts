/** Reading a person's record. What leaves the house leaves an audit leaf, in the transaction of the read. */
import type { Context } from '#kernel/context.ts'
import { type Tx, transaction } from '#kernel/db/db.ts'
import { masked } from '../identifiers/identifiers.ts'
import { toClaims } from './claims.ts'
import { identityRead, type Reading } from './events.ts'
import { maskedEmail, maskedPhone } from './mask.ts'
import type { PersonId } from './person.ts'
import { openFields, openPhoto, openUin } from './record.ts'
import { type IdentityRow, identityOf, photoOf, versionOf } from './store.ts'
import { fieldOfKind, type IdentityFields, tagOf, textOf } from './values.ts'

export interface IdentityView {
  readonly person: PersonId
  readonly uinMasked: string
  readonly status: 'active' | 'deactivated'
  readonly version: number
  readonly issuedAt: Date
  /** Field id -> MOSIP identity value (localised text as `[{language, value}]`). */
  readonly fields: IdentityFields
  /** JPEG or PNG, as enrolled. */
  readonly photo?: { readonly type: string; readonly data: Buffer }
}
export interface Channel {
  readonly channel: 'email' | 'sms'
  readonly address: string
  readonly masked: string
}

/**
 * Standard OIDC claims and the pack's own, by the fields' `claim`; only those asked for, in `languages` order of
 * preference. Nothing of a person who is not active. Leaves one audit leaf.
 */
export async function readClaims(
  ctx: Context,
  person: PersonId,
  claims: readonly string[],
  reading: Reading,
  options: { readonly languages?: readonly string[] } = {},
): Promise<Record<string, unknown>> {
  const withPhoto = claims.some((claim) => claim.split('#')[0] === 'picture')
  const read = await opened(ctx, person, reading, withPhoto, claims)
  if (read?.row.status !== 'active') return {}
  return toClaims(ctx.country, read, claims, options.languages ?? [])
}

/** The whole record, decrypted. Leaves one audit leaf. */
export async function readIdentity(
  ctx: Context,
  person: PersonId,
  reading: Reading,
): Promise<IdentityView | undefined> {
  const read = await opened(ctx, person, reading, true, 'all')
  if (read === undefined) return undefined
  const { row, fields, photo } = read
  return {
    person,
    uinMasked: masked(await openUin(ctx, row)),
    status: row.status,
    version: row.version,
    issuedAt: new Date(row.issued_at),
    fields,
    ...(photo !== undefined && { photo }),
  }
}

/** Where one-time codes go; for the house's own use, so without a leaf: the act that uses it leaves one. */
export async function channelsOf(ctx: Context, person: PersonId): Promise<readonly Channel[]> {
  const fields = await currentFields(ctx, person)
  return fields === undefined ? [] : channelsIn(ctx, fields)
}

export function channelsIn(
  { country }: Pick<Context, 'country'>,
  fields: IdentityFields,
): Channel[] {
  const value = (kind: 'email' | 'phone') => textOf(fields[fieldOfKind(country, kind)?.id ?? ''])
  const [email, phone] = [value('email'), value('phone')]
  return [
    ...(email === undefined
      ? []
      : [{ channel: 'email' as const, address: email, masked: maskedEmail(email) }]),
    ...(phone === undefined
      ? []
      : [{ channel: 'sms' as const, address: phone, masked: maskedPhone(phone) }]),
  ]
}

/** The resident's own language (BCP 47) or the pack's first. */
export async function languageOf(ctx: Context, person: PersonId): Promise<string> {
  return languageIn(ctx, (await currentFields(ctx, person)) ?? {})
}

export function languageIn({ country }: Pick<Context, 'country'>, fields: IdentityFields): string {
  const chosen = textOf(fields[fieldOfKind(country, 'language')?.id ?? ''])
  const own = chosen === undefined ? undefined : tagOf(country, chosen)
  return own ?? country.languages[0]?.tag ?? 'en'
}

export async function isActive(ctx: Context, person: PersonId): Promise<boolean> {
  return (await identityOf(ctx.db, person))?.status === 'active'
}

interface Opened {
  readonly row: IdentityRow
  readonly fields: IdentityFields
  readonly photo?: { readonly type: string; readonly data: Buffer }
}

async function opened(
  ctx: Context,
  person: PersonId,
  reading: Reading,
  withPhoto: boolean,
  claims: readonly string[] | 'all',
): Promise<Opened | undefined> {
  const sealed = await transaction(ctx, async (tx) => {
    const found = await sealedRecord(tx, person, withPhoto)
    if (found !== undefined) await identityRead(ctx, tx, person, reading, claims)
    return found
  })
  if (sealed === undefined) return undefined
  const { row, version, photo } = sealed
  const fields = await openFields(ctx, person, row.version, version)
  if (photo === undefined) return { row, fields }
  return { row, fields, photo: { type: photo.type, data: await photo.open(ctx) } }
}

async function sealedRecord(tx: Tx, person: PersonId, withPhoto: boolean) {
  const row = await identityOf(tx, person)
  if (row === undefined) return undefined
  const version = await versionOf(tx, person, row.version)
  const held = withPhoto ? version?.photo : undefined
  const found = held == null ? undefined : await photoOf(tx, person, held)
  if (held == null || found === undefined) return { row, version }
  const open = (ctx: Context) => openPhoto(ctx, person, held, found.data)
  return { row, version, photo: { type: found.type, open } }
}

async function currentFields(ctx: Context, person: PersonId): Promise<IdentityFields | undefined> {
  const row = await identityOf(ctx.db, person)
  if (row === undefined) return undefined
  return openFields(ctx, person, row.version, await versionOf(ctx.db, person, row.version))
}
