/**
 * JSON-LD contexts: a fixed set, each pinned by the SHA-256 of its JSON. A signature covers what the contexts make
 * of the words, so a context that can change can change what a credential says.
 */
import { hash } from 'node:crypto'
import type { Catalogue } from '../../catalog/load.ts'
import { addressMembers, type ClaimRule } from '../../catalog/schema.ts'

export const credentialsV2 = 'https://www.w3.org/ns/credentials/v2'

export interface PinnedContext {
  readonly url: string
  readonly sha256: string
}
/** From the package `@digitalbazaar/vc`, as `JSON.stringify` writes it. */
export const pinned: readonly PinnedContext[] = [
  {
    url: credentialsV2,
    sha256: 'bf6fd611e6773d58f649459a45dbbb81f94e8cfd058a756644cd5a4a882c4050',
  },
]

export interface OwnContext extends PinnedContext {
  readonly document: { readonly '@context': Readonly<Record<string, unknown>> }
}

export const contextUrl = (publicUrl: string, configurationId: string): string =>
  `${publicUrl}/credentials/contexts/${configurationId}`

/** The terms of one `ldp_vc` configuration: its type and its claims, protected so that no later context bends them. */
export const ownContext = (
  publicUrl: string,
  configurationId: string,
  type: string,
  claims: readonly ClaimRule[],
): OwnContext => {
  const vocabulary = `${publicUrl}/credentials/vocabulary#`
  const address = Object.fromEntries(addressMembers.map((name) => [name, vocabulary + name]))
  const terms = claims.map((claim) => [
    claim.name,
    claim.from === 'address'
      ? { '@id': vocabulary + claim.name, '@context': { '@protected': true, ...address } }
      : vocabulary + claim.name,
  ])
  const context = { '@protected': true, [type]: vocabulary + type, ...Object.fromEntries(terms) }
  const document = { '@context': context }
  return {
    url: contextUrl(publicUrl, configurationId),
    document,
    sha256: hash('sha256', JSON.stringify(document), 'hex'),
  }
}

export const ownContexts = (publicUrl: string, catalogue: Catalogue): readonly OwnContext[] =>
  Object.entries(catalogue.configurations)
    .filter(([, configuration]) => configuration.format === 'ldp_vc')
    .map(([id, { type, claims }]) => ownContext(publicUrl, id, type, claims))
