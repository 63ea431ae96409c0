/** The decision of the credential endpoint (OpenID4VCI 1.0 §8): design walk C. */
import { record } from '#kernel/audit/audit.ts'
import { transaction } from '#kernel/db/db.ts'
import { limit } from '#kernel/http/limit.ts'
import { requestMessage } from '#kernel/messages/messages.ts'
import { publish } from '#kernel/outbox/outbox.ts'
import { channelsOf, isActive, languageOf, type PersonId, readClaims } from '#registry'
import { mapClaims } from '../catalog/claims.ts'
import type { IssuingContext } from '../context.ts'
import { credentialIssued } from '../events.ts'
import type { Configuration, ProvenKey } from '../formats/compile.ts'
import { addIssuance, type Issuance, lockHolder } from '../ledger/store.ts'
import { newId } from '../new-id.ts'
import { issuancesPerToken } from '../parameters.ts'
import type { StatusPlace } from '../status/reserve.ts'
import { spendNonces } from './nonce.ts'
import { refuse } from './problems.ts'
import { verifyProofs } from './proof.ts'
import { once, requestKey } from './replay.ts'
import type { CredentialRequest } from './request.ts'

/** What the access token says; the idp has checked it. */
export interface TokenAccess {
  readonly person: PersonId
  readonly clientId: string
  readonly configurationIds: readonly string[]
  /** Stable id of the token, not the token. */
  readonly tokenId: string
}
export interface CredentialResponse {
  readonly credentials: readonly { readonly credential: string | Record<string, unknown> }[]
  readonly notification_id: string
}

/** Throws the refusals of §8.3.1. One proof brings one credential; all of them come from one read of the record. */
export const requestCredentials = async (
  ctx: IssuingContext,
  access: TokenAccess,
  request: CredentialRequest,
): Promise<CredentialResponse> => {
  const configuration = ctx.configurations.get(request.configurationId)
  if (!configuration) throw refuse('unknown_credential_configuration')
  if (!access.configurationIds.includes(configuration.id)) throw refuse('insufficient_scope')
  const audience = ctx.config.server.publicUrl
  const { keys, nonces } = await verifyProofs(ctx, request.proofs, {
    clientId: access.clientId,
    audience,
  })
  const lookup = requestKey(ctx, access.tokenId, configuration.id, request.proofs)
  const response = await once(ctx, lookup, async () => {
    if (!(await isActive(ctx, access.person)))
      throw refuse('credential_request_denied', 'the identity is not active')
    const byToken = ctx.vault.lookup('issuer.token', access.tokenId)
    await limit(ctx, 'issuance', byToken, { max: issuancesPerToken, windowMs: 3_600_000 })
    if (!(await spendNonces(ctx, nonces))) throw refuse('invalid_nonce')
    return issueAll(ctx, access, configuration, keys, lookup)
  })
  if (!response) throw refuse('invalid_nonce')
  return response
}

const issueAll = async (
  ctx: IssuingContext,
  access: TokenAccess,
  configuration: Configuration,
  keys: readonly ProvenKey[],
  lookup: string,
): Promise<CredentialResponse> => {
  const issuedAt = Math.floor(ctx.now().getTime() / 1000) * 1000
  const language = await languageOf(ctx, access.person)
  const claims = await claimsFor(ctx, access, configuration, new Date(issuedAt), language)
  const places = await ctx.reserve(keys.length)
  const copies = keys.map((holder, index) => ({
    id: newId(ctx),
    holder,
    place: places[index] as StatusPlace,
  }))
  const expiresAt = issuedAt + configuration.file.validForDays * 86_400_000
  const credentials = await Promise.all(
    copies.map((copy) =>
      configuration.issue({ ...copy, claims, iat: issuedAt / 1000, exp: expiresAt / 1000 }),
    ),
  )
  const issuance: Issuance = {
    id: newId(ctx),
    lookup,
    person: access.person,
    configuration: configuration.id,
    format: configuration.file.format,
    issuedAt,
    expiresAt,
  }
  await commit(ctx, access, issuance, copies, language)
  return {
    credentials: credentials.map((credential) => ({ credential })),
    notification_id: issuance.id,
  }
}

const claimsFor = async (
  ctx: IssuingContext,
  access: TokenAccess,
  { needed, file }: Configuration,
  at: Date,
  language: string,
): Promise<Record<string, unknown>> => {
  const record = await readClaims(
    ctx,
    access.person,
    needed,
    {
      actor: { type: 'relying-party', id: access.clientId },
      purpose: 'credential-issuance',
    },
    { languages: [language] },
  )
  // ages are counted by the calendar of the country, not of Greenwich
  const today = at.toLocaleDateString('sv-SE', { timeZone: ctx.country.timeZone })
  const mapped = mapClaims(file.claims, record, today)
  if (mapped.outcome === 'mapped') return mapped.claims
  throw refuse('credential_request_denied', `the record has no ${mapped.claim}`)
}

/** Ledger, leaf, news and notice together; only now are the credentials of any use, for now they can be revoked. */
const commit = async (
  ctx: IssuingContext,
  { person, clientId }: TokenAccess,
  issuance: Issuance,
  copies: readonly { readonly id: string; readonly place: StatusPlace }[],
  language: string,
): Promise<void> => {
  const [channel] = await channelsOf(ctx, person)
  const { id, format, configuration } = issuance
  const name = ctx.configurations.get(configuration)?.file.name[language] ?? configuration
  const event = { id, format, configuration, copies: copies.length }
  await transaction(ctx, async (tx) => {
    if (!(await lockHolder(tx, person)))
      throw refuse('credential_request_denied', 'the identity is not active')
    if (!(await addIssuance(tx, issuance, copies))) throw refuse('invalid_nonce')
    await record(ctx, tx, credentialIssued(person, clientId, event))
    await publish(ctx, tx, 'credential.issued', person, event)
    if (!channel) return
    await requestMessage(ctx, tx, {
      channel: channel.channel,
      address: channel.address,
      template: 'credential-issued',
      language,
      values: { credential: name },
    })
  })
}
