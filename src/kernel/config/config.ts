/** Contract of the configuration; the schema that parses it is the truth (`schema.ts`). Units in names; frozen at start. */
export type Part = 'registry' | 'biometric-hub' | 'idp' | 'issuer' | 'portals'
export interface Config {
  readonly profile: 'demo' | 'test' | 'production'
  readonly parts: readonly Part[]
  readonly dataDir: string
  readonly server: {
    readonly host: string
    readonly port: number
    /** Without a trailing slash; what residents and relying parties see; the OpenID issuer. */
    readonly publicUrl: string
  }
  /** `sqlite:` (in `dataDir`) or `mysql://user:password@host:port/name`. */
  readonly database: { readonly url: string; readonly poolSize: number }
  /** `embedded`, `memory`, or `redis://host:port`. */
  readonly ephemeral: { readonly url: string }
  /** The master secret of the file key store: 32 bytes, base64url; in the demo profile made on first start in `dataDir`. */
  readonly keys: { readonly masterSecret?: string }
  readonly country: { readonly code: string }
  readonly log: { readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent' }
}
