/** The packages ship no types; these describe what we call of them, as their sources have it. */
declare module '@digitalbazaar/vc' {
  interface RemoteDocument {
    contextUrl: null
    documentUrl: string
    document: object
    tag?: 'static'
  }
  export type DocumentLoader = (url: string) => Promise<RemoteDocument>
  export const defaultDocumentLoader: DocumentLoader
  export function issue(options: {
    credential: Record<string, unknown>
    suite: object
    documentLoader: DocumentLoader
    now?: Date
  }): Promise<Record<string, unknown>>
  export function verifyCredential(options: {
    credential: Record<string, unknown>
    suite: object
    documentLoader: DocumentLoader
    now?: Date
    checkStatus?: (options: {
      credential: Record<string, unknown>
    }) => Promise<{ verified: boolean; error?: Error }>
  }): Promise<{ verified: boolean; error?: Error & { errors?: Error[] } }>
}
declare module '@digitalbazaar/data-integrity' {
  export class DataIntegrityProof {
    constructor(options: {
      signer?: {
        readonly id: string
        readonly algorithm: string
        sign(options: { data: Uint8Array }): Promise<Uint8Array>
      }
      date?: Date
      cryptosuite: object
    })
  }
}
declare module '@digitalbazaar/eddsa-rdfc-2022-cryptosuite' {
  export const cryptosuite: object
}
