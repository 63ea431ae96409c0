/**
 * A person's record, sealed: each value opens only at its own table, column, person and version. Preparing seals (which
 * may ask the key store), writing only writes, so that a transaction never waits for a key.
 */
import type { Context } from '#kernel/context.ts'
import type { Tx } from '#kernel/db/db.ts'
import type { Uin } from '../identifiers/identifiers.ts'
import { problem } from '../problems.ts'
import type { PersonId } from './person.ts'
import { insertIdentity, insertPhoto, insertVersion, type VersionRow } from './store.ts'
import type { IdentityFields } from './values.ts'

export interface Photo {
  /** `image/jpeg` or `image/png`. */
  readonly type: string
  readonly data: Uint8Array
}
export interface PreparedIdentity {
  readonly person: PersonId
  readonly uinLookup: string
  readonly uin: string
  readonly fields: string
  readonly photo?: { readonly type: string; readonly data: string }
}

/** The first version of a new person's record. */
export async function prepareIdentity(
  { vault }: Pick<Context, 'vault'>,
  person: PersonId,
  content: { readonly uin: Uin; readonly fields: IdentityFields; readonly photo?: Photo },
): Promise<PreparedIdentity> {
  const { photo } = content
  return {
    person,
    uinLookup: lookupUin({ vault }, content.uin),
    uin: await vault.seal(uinPlace(person), content.uin),
    fields: await vault.seal(fieldsPlace(person, 1), JSON.stringify(content.fields)),
    ...(photo !== undefined && {
      photo: { type: photo.type, data: await vault.seal(photoPlace(person, 1), photo.data) },
    }),
  }
}

/** False when the UIN was given to somebody meanwhile; then nothing is written. */
export async function writeIdentity(
  tx: Tx,
  prepared: PreparedIdentity,
  options: { readonly cause: string; readonly at: Date },
): Promise<boolean> {
  const { person, photo } = prepared
  const at = options.at.getTime()
  if (!(await insertIdentity(tx, { ...prepared, at }))) return false
  await insertVersion(tx, {
    person,
    version: 1,
    fields: prepared.fields,
    photo: photo === undefined ? null : 1,
    cause: options.cause,
    at,
  })
  if (photo !== undefined) await insertPhoto(tx, { person, version: 1, ...photo })
  return true
}

export const lookupUin = ({ vault }: Pick<Context, 'vault'>, uin: Uin): string =>
  vault.lookup('identity.uin', uin)

export async function openUin(
  { vault }: Pick<Context, 'vault'>,
  identity: { readonly person: PersonId; readonly uin: string },
): Promise<Uin> {
  return (await vault.open(uinPlace(identity.person), identity.uin)).toString('ascii') as Uin
}

export async function openFields(
  { vault }: Pick<Context, 'vault'>,
  person: PersonId,
  version: number,
  sealed: VersionRow | undefined,
): Promise<IdentityFields> {
  if (sealed === undefined) throw problem('identity.unknown')
  const opened = await vault.open(fieldsPlace(person, version), sealed.fields)
  return JSON.parse(opened.toString('utf8')) as IdentityFields
}

export const openPhoto = (
  { vault }: Pick<Context, 'vault'>,
  person: PersonId,
  version: number,
  sealed: string,
): Promise<Buffer> => vault.open(photoPlace(person, version), sealed)

const uinPlace = (row: PersonId) => ({ table: 'identity', column: 'uin', row })
const fieldsPlace = (row: PersonId, version: number) => ({
  table: 'identity_version',
  column: 'fields',
  row,
  version,
})
const photoPlace = (row: PersonId, version: number) => ({
  table: 'identity_photo',
  column: 'data',
  row,
  version,
})
