/**
 * Personal data at rest (design §4.5): envelope encryption with AES-256-GCM, bound to its place by AAD, and lookups
 * by keyed HMAC. A value moved to another row, column, table or version does not open.
 */
export interface Place {
  readonly table: string
  readonly column: string
  /** The row's primary key. */
  readonly row: string
  /** Of the row's content where it has history; 0 otherwise. */
  readonly version?: number
}
export interface Vault {
  /** `v1.<dek id>.<iv>.<ciphertext>.<tag>`, base64url. */
  seal(place: Place, plaintext: string | Uint8Array): Promise<string>
  /** Throws Problem `vault.unreadable` when the value was altered, moved, or its key is gone. */
  open(place: Place, sealed: string): Promise<Buffer>
  /** 43 base64url characters: HMAC-SHA-256 under a key of its own per `index` ("identity.uin"). Deterministic; survives rotation. */
  lookup(index: string, value: string): string
  /** New data key for new values; old values stay readable. */
  rotate(): Promise<void>
}
