/**
 * Audit as a transparency log (design §4.6). A leaf's row commits in the transaction of the act, without a number;
 * one sequencer numbers rows, extends the Merkle tree (RFC 9162 §2.1, as RFC 6962) and signs a checkpoint.
 * What stands in the tree is a commitment salted under a per-person key; the content lies beside it, sealed under the
 * same key: erasing the key erases the content, not the tree.
 */
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
/**
 * All that a stranger needs to check that an entry is in the log (docs/transparency-log.md): `browser/verify-receipt.ts` and
 * `tools/verify-log` do.
 */
export interface Receipt {
  /** RFC 9162 §2.1.1, of the commitment; base64. */
  readonly leafHash: string
  /** Canonical bytes that the commitment covers, base64url. */
  readonly leaf: string
  /** 32 bytes, base64url. */
  readonly salt: string
  readonly index: number
  /** Sibling hashes from the leaf up, base64. */
  readonly proof: readonly string[]
  /** C2SP signed note. */
  readonly checkpoint: string
}

export { checkLog, type LogFault } from './check-log.ts'
export { auditMigrations } from './migrations.ts'
export { forgetPerson } from './person-key.ts'
export { entriesOf, receiptFor } from './read.ts'
export { record } from './record.ts'
export { startSequencer } from './sequencer.ts'
