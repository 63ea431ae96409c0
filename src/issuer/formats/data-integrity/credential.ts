/** A W3C Verifiable Credential (VCDM 2.0) without its proof. */
import { contextUrl, credentialsV2 } from './contexts.ts'

export interface LdpContent {
  readonly id: string
  readonly publicUrl: string
  readonly configurationId: string
  readonly type: string
  readonly issuer: string
  /** did:jwk or did:key of the key that was proven: who presents must sign with it. */
  readonly holderDid: string
  readonly claims: Readonly<Record<string, unknown>>
  /** Seconds since 1970. */
  readonly iat: number
  readonly exp: number
  readonly status: { readonly idx: number; readonly uri: string }
}

/** VCDM 2.0 §4; status by W3C Bitstring Status List 1.0 §2.1. */
export const unsignedCredential = (content: LdpContent): Record<string, unknown> => ({
  '@context': [credentialsV2, contextUrl(content.publicUrl, content.configurationId)],
  id: `urn:uuid:${content.id}`,
  type: ['VerifiableCredential', content.type],
  issuer: content.issuer,
  validFrom: instant(content.iat),
  validUntil: instant(content.exp),
  credentialSubject: { id: content.holderDid, ...content.claims },
  credentialStatus: {
    id: `${content.status.uri}#${content.status.idx}`,
    type: 'BitstringStatusListEntry',
    statusPurpose: 'revocation',
    statusListIndex: String(content.status.idx),
    statusListCredential: content.status.uri,
  },
})

/** XSD dateTimeStamp without fractions. */
export const instant = (seconds: number): string =>
  new Date(seconds * 1000).toISOString().replace(/\.\d{3}Z$/, 'Z')
