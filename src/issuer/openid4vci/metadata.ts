/** Issuer metadata (OpenID4VCI 1.0 §12.2) and SD-JWT VC type metadata, from the catalogue. */
import type { Localised } from '#kernel/config/country.ts'
import type { Catalogue } from '../catalog/load.ts'
import type { ConfigurationFile } from '../catalog/schema.ts'
import { typeUrl } from '../formats/compile.ts'
import { contextUrl, credentialsV2 } from '../formats/data-integrity/contexts.ts'
import { proofAlgorithms } from './proof.ts'

export const issuerMetadata = (publicUrl: string, catalogue: Catalogue) => ({
  credential_issuer: publicUrl,
  credential_endpoint: `${publicUrl}/credentials/credential`,
  nonce_endpoint: `${publicUrl}/credentials/nonce`,
  notification_endpoint: `${publicUrl}/credentials/notification`,
  batch_credential_issuance: { batch_size: catalogue.batchSize },
  display: localised(catalogue.issuerName).map(({ locale, text }) => ({ name: text, locale })),
  credential_configurations_supported: Object.fromEntries(
    Object.entries(catalogue.configurations).map(([id, file]) => [
      id,
      configurationMetadata(publicUrl, id, file),
    ]),
  ),
})

const configurationMetadata = (publicUrl: string, id: string, file: ConfigurationFile) => ({
  scope: file.scope,
  ...formatMetadata(publicUrl, id, file),
  cryptographic_binding_methods_supported: ['jwk', 'did:jwk', 'did:key'],
  proof_types_supported: { jwt: { proof_signing_alg_values_supported: proofAlgorithms } },
  credential_metadata: {
    display: localised(file.name).map(({ locale, text }) => ({
      name: text,
      locale,
      description: file.description[locale],
      background_color: file.backgroundColour,
      text_color: file.textColour,
    })),
    claims: file.claims.map((claim) => ({
      path: file.format === 'ldp_vc' ? ['credentialSubject', claim.name] : [claim.name],
      mandatory: claim.mandatory,
      display: localised(claim.label).map(({ locale, text }) => ({ name: text, locale })),
    })),
  },
})

/** OpenID4VCI 1.0 Appendix A.3 (dc+sd-jwt), A.1.2 (ldp_vc: the algorithms are cryptosuites). */
const formatMetadata = (publicUrl: string, id: string, file: ConfigurationFile) =>
  file.format === 'dc+sd-jwt'
    ? {
        format: file.format,
        vct: typeUrl(publicUrl, file.type),
        credential_signing_alg_values_supported: ['ES256'],
      }
    : {
        format: file.format,
        credential_definition: {
          '@context': [credentialsV2, contextUrl(publicUrl, id)],
          type: ['VerifiableCredential', file.type],
        },
        credential_signing_alg_values_supported: ['eddsa-rdfc-2022'],
      }

/** draft-ietf-oauth-sd-jwt-vc §6: what a wallet or verifier gets from the `vct` URL. Undefined for an unknown type. */
export const typeMetadata = (publicUrl: string, catalogue: Catalogue, type: string) => {
  const file = Object.values(catalogue.configurations).find(
    (candidate) => candidate.format === 'dc+sd-jwt' && candidate.type === type,
  )
  if (!file) return undefined
  const [first] = Object.keys(file.name)
  return {
    vct: typeUrl(publicUrl, type),
    name: file.name[first ?? ''],
    description: file.description[first ?? ''],
    display: localised(file.name).map(({ locale, text }) => ({
      locale,
      name: text,
      description: file.description[locale],
      rendering: {
        simple: { background_color: file.backgroundColour, text_color: file.textColour },
      },
    })),
    claims: file.claims.map((claim) => ({
      path: [claim.name],
      display: localised(claim.label).map(({ locale, text }) => ({ locale, label: text })),
      mandatory: claim.mandatory,
      sd: 'always',
    })),
  }
}

const localised = (texts: Localised): { readonly locale: string; readonly text: string }[] =>
  Object.entries(texts).map(([locale, text]) => ({ locale, text }))
