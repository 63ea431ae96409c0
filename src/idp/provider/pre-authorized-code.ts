/**
 * The pre-authorized code grant (OpenID4VCI 1.0 §3.5, §6): a wallet exchanges the code of a credential offer for an
 * access token that only the credential issuer takes. The code is the issuer's; it redeems it atomically.
 */
import { errors, type Provider } from 'oidc-provider'
import { record } from '#kernel/audit/audit.ts'
import { transaction } from '#kernel/db/db.ts'
import type { PersonId } from '#registry'
import { preAuthorizedCode } from '../clients/metadata.ts'
import type { IdpParts } from '../context.ts'
import { codeRedeemed } from '../events.ts'
import type { CredentialAccess, PreAuthorizedCodes } from '../index.ts'

export interface PreAuthorizedParams {
  readonly 'pre-authorized_code'?: string
  readonly tx_code?: string
}
/** RFC 9396 §7: what the token is good for. */
const detailType = 'openid_credential'

export const registerPreAuthorizedCode = (
  ctx: IdpParts,
  provider: Provider,
  codes: PreAuthorizedCodes,
): void => {
  provider.registerGrantType<PreAuthorizedParams>(
    preAuthorizedCode,
    async (engine) => {
      const { client, params } = engine.oidc
      const code = params['pre-authorized_code']
      if (typeof code !== 'string' || code === '') {
        throw new errors.InvalidRequest("missing required parameter(s) 'pre-authorized_code'")
      }
      const { person, configurationIds } = await redeem(codes, code, params.tx_code)
      const token = new provider.AccessToken({
        accountId: person,
        client,
        // the credential issuer is the audience; there is no grant of the person behind the token
        grantId: undefined as unknown as string,
        gty: 'pre_authorized_code',
        rar: configurationIds.map((id) => ({ type: detailType, credential_configuration_id: id })),
      })
      token.setAudience(ctx.config.server.publicUrl)
      await transaction(ctx, (tx) =>
        record(ctx, tx, codeRedeemed(person, client.clientId, configurationIds)),
      )
      engine.body = {
        access_token: await token.save(),
        token_type: token.tokenType,
        expires_in: token.expiration,
      }
    },
    ['pre-authorized_code', 'tx_code'],
  )
}

/** OpenID4VCI 1.0 §6.3 says which error is which. */
const redeem = async (codes: PreAuthorizedCodes, code: string, txCode: string | undefined) => {
  const redeemed = await codes.redeem(code, txCode)
  switch (redeemed.outcome) {
    case 'redeemed':
      return redeemed
    case 'tx-code-required':
      throw new errors.InvalidRequest('tx_code is required for this pre-authorized code')
    case 'tx-code-unexpected':
      throw new errors.InvalidRequest('tx_code is not expected for this pre-authorized code')
    case 'wrong-tx-code':
      throw new errors.InvalidGrant('invalid tx_code provided')
    case 'invalid':
      throw new errors.InvalidGrant('pre-authorized code not found')
  }
}

/** For the credential endpoint: who the bearer acts for. Undefined: unknown, expired, revoked, other audience. */
export const credentialAccess = async (
  ctx: IdpParts,
  provider: Provider,
  authorization: string | undefined,
): Promise<CredentialAccess | undefined> => {
  const value = /^bearer ([\w~+/.=-]{16,512})$/i.exec(authorization ?? '')?.[1]
  const token = value === undefined ? undefined : await provider.AccessToken.find(value)
  if (!value || !token?.clientId || token.aud !== ctx.config.server.publicUrl) return undefined
  const configurationIds = (token.rar ?? []).flatMap((detail) =>
    detail.type === detailType && typeof detail.credential_configuration_id === 'string'
      ? [detail.credential_configuration_id]
      : [],
  )
  return {
    person: token.accountId as PersonId,
    clientId: token.clientId,
    configurationIds,
    tokenId: ctx.vault.lookup('idp.token-id', value),
  }
}
