/** Credential offers with a pre-authorized code and a transaction code (OpenID4VCI 1.0 §4.1). */
import { toString as qrCode } from 'qrcode'
import { type Actor, record } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import { transaction } from '#kernel/db/db.ts'
import { limit } from '#kernel/http/limit.ts'
import { requestMessage } from '#kernel/messages/messages.ts'
import { channelsOf, isActive, languageOf, type PersonId } from '#registry'
import type { IssuingContext } from '../context.ts'
import { credentialOffered } from '../events.ts'
import { offerFetches, offersPerHour, offerTtlMs, txCodeLength } from '../parameters.ts'
import { issuerProblem } from '../problems.ts'
import { codeKey, type OfferedCode, sealCode, txCodeDigest } from './pre-authorized-code.ts'

export const preAuthorizedGrant = 'urn:ietf:params:oauth:grant-type:pre-authorized_code'

export interface Offer {
  /** `openid-credential-offer://…`: a link on the phone, a QR code beside it. Holds no personal data. */
  readonly uri: string
  readonly qrSvg: string
  readonly expiresAt: Date
  readonly txCode: { readonly length: number }
}
export interface OfferOptions {
  /** `reference` by default: a short QR code, and the code itself stays out of it. */
  readonly by?: 'reference' | 'value'
}

/**
 * The transaction code goes out by the person's own channel and is shown nowhere else. Problems `offer.*`,
 * `http.too-many-requests`.
 */
export const makeOffer = async (
  ctx: IssuingContext,
  person: PersonId,
  configurationIds: readonly string[],
  actor: Actor,
  options: OfferOptions = {},
): Promise<Offer> => {
  if (configurationIds.length === 0 || configurationIds.some((id) => !ctx.configurations.has(id)))
    throw issuerProblem('offer.unknown-configuration')
  if (!(await isActive(ctx, person))) throw issuerProblem('offer.person-not-active')
  const [channel] = await channelsOf(ctx, person)
  if (!channel) throw issuerProblem('offer.no-channel')
  const byPerson = ctx.vault.lookup('issuer.offers', person)
  await limit(ctx, 'credential-offer', byPerson, { max: offersPerHour, windowMs: 3_600_000 })
  const language = await languageOf(ctx, person)
  const made = await storeOffer(
    ctx,
    { person, configurationIds: [...new Set(configurationIds)] },
    language,
  )
  await transaction(ctx, async (tx) => {
    await requestMessage(ctx, tx, {
      channel: channel.channel,
      address: channel.address,
      template: 'transaction-code',
      language,
      values: { code: made.txCode, minutes: String(offerTtlMs / 60_000) },
    })
    await record(ctx, tx, credentialOffered(person, actor, configurationIds, channel.channel))
  })
  const uri = options.by === 'value' ? byValue(made.offer) : byReference(ctx, made.offerId)
  return {
    uri,
    qrSvg: await qrCode(uri, { type: 'svg', errorCorrectionLevel: 'M', margin: 4 }),
    expiresAt: new Date(ctx.now().getTime() + offerTtlMs),
    txCode: { length: txCodeLength },
  }
}

/** The offer's object, or undefined when it is unknown, expired, redeemed or was fetched five times. */
export const fetchOffer = async (ctx: Context, offerId: string): Promise<unknown> => {
  const key = offerKey(ctx, offerId)
  const sealed = await ctx.ephemeral.get(key)
  if (sealed === undefined) return undefined
  const fetches = await ctx.ephemeral.incrBy(`${key}:fetches`, 1, { ttlMs: offerTtlMs })
  if (fetches > offerFetches) return undefined
  return JSON.parse((await ctx.vault.open(offerPlace(key), sealed)).toString('utf8'))
}

const storeOffer = async (
  ctx: IssuingContext,
  subject: Pick<OfferedCode, 'person' | 'configurationIds'>,
  language: string,
) => {
  const code = ctx.random(32).toString('base64url')
  const offerId = ctx.random(16).toString('base64url')
  const txCode = drawTxCode(ctx)
  const offer = {
    credential_issuer: ctx.config.server.publicUrl,
    credential_configuration_ids: subject.configurationIds,
    grants: {
      [preAuthorizedGrant]: {
        'pre-authorized_code': code,
        tx_code: {
          input_mode: 'numeric',
          length: txCodeLength,
          description: ctx.catalogue.transactionCodeHint[language],
        },
      },
    },
  }
  const key = codeKey(ctx, code)
  const reference = offerKey(ctx, offerId)
  const stored: OfferedCode = { ...subject, txCode: txCodeDigest(ctx, key, txCode), reference }
  const ttl = { ttlMs: offerTtlMs }
  await ctx.ephemeral.set(key, await sealCode(ctx, key, stored), ttl)
  const sealed = await ctx.vault.seal(offerPlace(reference), JSON.stringify(offer))
  await ctx.ephemeral.set(reference, sealed, ttl)
  return { offer, offerId, txCode }
}

/** Uniform: draws above the last whole multiple of a million are thrown away. */
const drawTxCode = (ctx: Pick<Context, 'random'>): string => {
  const span = 10 ** txCodeLength
  const limitOfDraws = 2 ** 32 - (2 ** 32 % span)
  for (;;) {
    const draw = ctx.random(4).readUInt32BE()
    if (draw < limitOfDraws) return String(draw % span).padStart(txCodeLength, '0')
  }
}

const byReference = (ctx: Context, offerId: string): string =>
  `openid-credential-offer://?credential_offer_uri=${encodeURIComponent(
    `${ctx.config.server.publicUrl}/credentials/offers/${offerId}`,
  )}`
const byValue = (offer: object): string =>
  `openid-credential-offer://?credential_offer=${encodeURIComponent(JSON.stringify(offer))}`

const offerKey = (ctx: Context, offerId: string): string =>
  `credential-offer:${ctx.vault.lookup('issuer.offer', offerId)}`
const offerPlace = (key: string) => ({ table: 'ephemeral', column: 'credential-offer', row: key })
