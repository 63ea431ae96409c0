/**
 * The only door to private keys (design §4.5, reference/platform §5). One key per purpose, never crossed: a key
 * whose purpose does not allow the call refuses. Back ends: encrypted file (development), PKCS#11 later.
 */
export const purposes = {
  data: { use: 'wrap', alg: 'A256GCM' },
  lookup: { use: 'wrap', alg: 'A256GCM' },
  'packet-intake': { use: 'decrypt', alg: 'ECDH-ES' },
  /** MOSIP's partners wrap their session keys to an RSA key and know no other. */
  'partner-requests': { use: 'decrypt', alg: 'RSA-OAEP-256' },
  /** Signs the packets that operators make on the enrolment pages of this house; field clients have keys of their own. */
  'enrolment-station': { use: 'sign', alg: 'ES256' },
  'audit-checkpoint': { use: 'sign', alg: 'EdDSA' },
  oidc: { use: 'sign', alg: 'ES256' },
  'credential-sd-jwt': { use: 'sign', alg: 'ES256' },
  'credential-data-integrity': { use: 'sign', alg: 'EdDSA' },
  'status-list': { use: 'sign', alg: 'ES256' },
} as const satisfies Record<string, { use: 'sign' | 'wrap' | 'decrypt'; alg: string }>
export type Purpose = keyof typeof purposes
export type Kid = string
export interface PublicJwk {
  readonly kty: string
  readonly kid: string
  readonly alg: string
  readonly use: 'sig' | 'enc'
  readonly [member: string]: string
}
export interface KeyInfo {
  readonly kid: Kid
  readonly purpose: Purpose
  readonly alg: string
  readonly state: 'next' | 'active' | 'retired' | 'destroyed'
  readonly notBefore: Date
  readonly notAfter?: Date
  /** Absent for symmetric keys. */
  readonly publicJwk?: PublicJwk
}
export interface Wrapped {
  readonly kid: Kid
  readonly iv: Uint8Array
  readonly ciphertext: Uint8Array
  readonly tag: Uint8Array
}
/** What a compact JWE carries beside its content (RFC 7516 §7.1), already split. */
export interface JweKeyInput {
  readonly alg: 'ECDH-ES' | 'RSA-OAEP-256'
  readonly enc: 'A256GCM'
  readonly epk?: Readonly<Record<string, string>>
  readonly apu?: string
  readonly apv?: string
  readonly encryptedKey?: Uint8Array
}
/**
 * Problems of every call: `keys.unknown-kid`, `keys.wrong-purpose` (the key's purpose does not allow the call),
 * `keys.retired`, `keys.undecipherable` (one answer for whatever is wrong with a ciphertext).
 */
export interface KeyStore {
  /**
   * The active key first, then the next one, then the retired, newest first. Empty before the first use. Whoever looks
   * for a `kid` that somebody else used says so: another process may have made that key in this second.
   */
  list(purpose: Purpose, kid?: Kid): Promise<KeyInfo[]>
  /** The key that signs, wraps or is published for encryption now; made on first use. */
  active(purpose: Purpose): Promise<KeyInfo>
  /**
   * JOSE form: ES256 as r || s (RFC 7518 §3.4), EdDSA 64 bytes. A `next` key signs too (a note with both signatures
   * survives a rotation); a retired one for one minute more, so that an act under way does not fail.
   */
  sign(kid: Kid, data: Uint8Array): Promise<Uint8Array>
  wrap(kid: Kid, dek: Uint8Array, aad: Uint8Array): Promise<Wrapped>
  unwrap(wrapped: Wrapped, aad: Uint8Array): Promise<Uint8Array>
  /** The content encryption key of a JWE (RFC 7518 §4.6, §4.3). */
  decryptKey(kid: Kid, input: JweKeyInput): Promise<Uint8Array>
  /** The next key becomes active, the active one retires (it still unwraps, decrypts, and its signatures verify). */
  rotate(purpose: Purpose): Promise<KeyInfo>
  /** Private JWKs for an engine that signs by itself (oidc-provider). Only purpose `oidc`, only back ends that can. */
  privateJwks(purpose: 'oidc'): Promise<readonly Record<string, string>[]>
  close(): Promise<void>
}
