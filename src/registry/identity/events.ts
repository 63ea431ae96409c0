/** Leaves about a person's record. Each is one sentence that the resident can be shown. */
import { type Actor, record } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import type { Tx } from '#kernel/db/db.ts'
import type { PersonId } from './person.ts'

/** Who asks, and why: becomes the audit leaf of the read. */
export interface Reading {
  readonly actor: Actor
  /** `login`, `credential-issuance`, `my-identity`, … shown to the resident. */
  readonly purpose: string
}

/** Somebody was told these of a person's claims, or saw the whole record. */
export const identityRead = (
  ctx: Context,
  tx: Tx,
  person: PersonId,
  { actor, purpose }: Reading,
  claims: readonly string[] | 'all',
): Promise<string> =>
  record(ctx, tx, {
    kind: 'identity.read',
    person,
    actor,
    content: { purpose, ...(claims === 'all' ? { whole: true } : { claims: [...claims] }) },
  })

/** The person was given a UIN. */
export const identityIssued = (
  ctx: Context,
  tx: Tx,
  person: PersonId,
  content: { readonly cause: string },
): Promise<string> =>
  record(ctx, tx, {
    kind: 'identity.issued',
    person,
    actor: { type: 'system', id: 'registry' },
    content,
  })
