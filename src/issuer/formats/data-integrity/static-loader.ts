/** The document loader of JSON-LD: pinned contexts from memory, everything else refused. It opens no connection. */
import assert from 'node:assert'
import { hash } from 'node:crypto'
import { type DocumentLoader, defaultDocumentLoader } from '@digitalbazaar/vc'
import { type OwnContext, pinned } from './contexts.ts'

/** Refuses to start when a package brings a context with another content than the pinned one. */
export const staticLoader = async (own: readonly OwnContext[]): Promise<DocumentLoader> => {
  const documents = new Map<string, object>()
  for (const { url, sha256 } of pinned) {
    const { document } = await defaultDocumentLoader(url)
    admit(documents, url, document, sha256)
  }
  for (const { url, sha256, document } of own) admit(documents, url, document, sha256)
  return async (url) => {
    const document = documents.get(url)
    if (!document) throw new Error(`document refused: ${url}`)
    // `static` lets jsonld keep the processed context (its §static tag), the dearest part of an expansion
    return { contextUrl: null, documentUrl: url, document, tag: 'static' }
  }
}

const admit = (
  documents: Map<string, object>,
  url: string,
  document: object,
  sha256: string,
): void => {
  assert.equal(hash('sha256', JSON.stringify(document), 'hex'), sha256, `context changed: ${url}`)
  documents.set(url, document)
}
