/**
 * Audit as a transparency log (design §4.6). A leaf's row commits in the transaction of the act, without a number;
 * one sequencer numbers rows, extends the Merkle tree (RFC 9162 §2.1, as RFC 6962) and signs a checkpoint.
 * What stands in the tree is a commitment salted under a per-person key; the content lies beside it, sealed under the
 * same key: erasing the key erases the content, not the tree.
 */
import type { Context } from '../context.ts'
import type { Tx } from '../db/db.ts'
import type { Migration } from '../db/schema.ts'

export interface Actor {
  readonly type:
    | 'resident'
    | 'operator'
    | 'adjudicator'
    | 'administrator'
    | 'relying-party'
    | 'system'
  /** Opaque id of the staff member, client or part; never a name or a UIN. */
  readonly id: string
}
export interface NewLeaf {
  /** `<noun>.<past participle>`: `identity.read`, `authentication.succeeded`; each listed in its part's `events.ts`. */
  readonly kind: string
  /** Opaque person id; the resident sees the leaf. Absent for acts about no person (key rotation). */
  readonly person?: string
  readonly actor: Actor
  /** Small and flat; sealed under the person's key. */
  readonly content: Readonly<Record<string, string | number | boolean | readonly string[]>>
}
export interface Entry {
  readonly id: string
  readonly kind: string
  readonly at: Date
  readonly actor: Actor
  readonly content: NewLeaf['content']
  /** Absent until the sequencer has numbered it (within a second). */
  readonly index?: number
}
/** All that a stranger needs to check that `entry` is in the log: see `kernel/audit/verify` (browser) and `tools/verify-log`. */
export interface Receipt {
  readonly leafHash: string
  /** Canonical bytes that were hashed, base64url. */
  readonly leaf: string
  readonly salt: string
  readonly index: number
  /** Sibling hashes from the leaf up, base64. */
  readonly proof: readonly string[]
  /** C2SP signed note. */
  readonly checkpoint: string
}
export declare function record(ctx: Context, tx: Tx, leaf: NewLeaf): Promise<string>
/** Newest first. */
export declare function entriesOf(
  ctx: Context,
  person: string,
  page: { limit: number; before?: string },
): Promise<Entry[]>
/** Undefined while the leaf is not sequenced yet, or not this person's. */
export declare function receiptFor(
  ctx: Context,
  person: string,
  entryId: string,
): Promise<Receipt | undefined>
/** Destroys the person's log key: leaves stay, contents can never be read again. */
export declare function forgetPerson(ctx: Context, tx: Tx, person: string): Promise<void>
export declare function startSequencer(ctx: Context): { wake(): void; stop(): Promise<void> }
export declare const auditMigrations: readonly Migration[]
