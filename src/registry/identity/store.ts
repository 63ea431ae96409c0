import { execute, insert, insertIfAbsent, type Reader, row, rows, type Tx } from '#kernel/db/db.ts'
import type { PersonId } from './person.ts'

export interface IdentityRow {
  readonly person: PersonId
  /** Sealed at identity.uin. */
  readonly uin: string
  readonly status: 'active' | 'deactivated'
  readonly version: number
  readonly issued_at: number
}
export interface VersionRow {
  /** Sealed JSON at identity_version.fields. */
  readonly fields: string
  /** Version whose photo still holds; null without one. */
  readonly photo: number | null
}
export interface PhotoRow {
  readonly type: string
  /** Sealed bytes at identity_photo.data. */
  readonly data: string
}

const identityColumns = 'person, uin, status, version, issued_at'

/** False when the UIN was ever given to anybody. */
export const insertIdentity = (
  tx: Tx,
  values: { person: PersonId; uinLookup: string; uin: string; at: number },
): Promise<boolean> =>
  insertIfAbsent(tx, 'identity', {
    person: values.person,
    uin_lookup: values.uinLookup,
    uin: values.uin,
    status: 'active',
    version: 1,
    issued_at: values.at,
    updated_at: values.at,
  })

export const insertVersion = (
  tx: Tx,
  values: {
    person: PersonId
    version: number
    fields: string
    photo: number | null
    cause: string
    at: number
  },
): Promise<void> =>
  insert(tx, 'identity_version', {
    person: values.person,
    version: values.version,
    fields: values.fields,
    photo: values.photo,
    cause: values.cause,
    recorded_at: values.at,
  })

export const insertPhoto = (
  tx: Tx,
  values: { person: PersonId; version: number; type: string; data: string },
): Promise<void> => insert(tx, 'identity_photo', values)

export const identityOf = (on: Reader, person: PersonId): Promise<IdentityRow | undefined> =>
  row(on, `SELECT ${identityColumns} FROM identity WHERE person = ?`, [person])

export const identityByUin = (on: Reader, uinLookup: string): Promise<IdentityRow | undefined> =>
  row(on, `SELECT ${identityColumns} FROM identity WHERE uin_lookup = ?`, [uinLookup])

export const versionOf = (
  on: Reader,
  person: PersonId,
  version: number,
): Promise<VersionRow | undefined> =>
  row(on, 'SELECT fields, photo FROM identity_version WHERE person = ? AND version = ?', [
    person,
    version,
  ])

export const photoOf = (
  on: Reader,
  person: PersonId,
  version: number,
): Promise<PhotoRow | undefined> =>
  row(on, 'SELECT type, data FROM identity_photo WHERE person = ? AND version = ?', [
    person,
    version,
  ])

export const insertSubject = (tx: Tx, subject: string, person: PersonId): Promise<boolean> =>
  insertIfAbsent(tx, 'subject', { subject, person })

export async function personOfSubject(on: Reader, subject: string): Promise<PersonId | undefined> {
  const found = await row<{ person: PersonId }>(
    on,
    'SELECT person FROM subject WHERE subject = ?',
    [subject],
  )
  return found?.person
}

/** True when the key is this person's now, be it from before. */
export async function claimDemographicKey(
  tx: Tx,
  key: string,
  person: PersonId,
  at: number,
): Promise<boolean> {
  const values = { demographic_key: key, person, claimed_at: at }
  if (await insertIfAbsent(tx, 'demographic_key', values)) return true
  return (await claimantOf(tx, key)) === person
}

export async function claimantOf(on: Reader, key: string): Promise<PersonId | undefined> {
  const found = await row<{ person: PersonId }>(
    on,
    'SELECT person FROM demographic_key WHERE demographic_key = ?',
    [key],
  )
  return found?.person
}

export const releaseDemographicKeys = (tx: Tx, person: PersonId): Promise<number> =>
  execute(tx, 'DELETE FROM demographic_key WHERE person = ?', [person])

/** How many identities there are: for figures, and for tests of uniqueness. */
export async function countIdentities(on: Reader): Promise<number> {
  const [found] = await rows<{ n: number }>(on, 'SELECT COUNT(*) AS n FROM identity')
  return Number(found?.n ?? 0)
}
