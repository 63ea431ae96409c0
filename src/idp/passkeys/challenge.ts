/** WebAuthn challenges: made for one ceremony of one sign-in, taken once (WebAuthn Level 3 §13.4.3). */
import type { IdpParts } from '../context.ts'
import { passkey } from '../parameters.ts'

export type Ceremony = 'registration' | 'authentication'

/** base64url; replaces an earlier one of the same sign-in. */
export const newChallenge = async (
  ctx: IdpParts,
  ceremony: Ceremony,
  binding: string,
): Promise<string> => {
  const challenge = ctx.random(32).toString('base64url')
  await ctx.ephemeral.set(keyOf(ctx, ceremony, binding), challenge, { ttlMs: passkey.challengeMs })
  return challenge
}

/** Undefined: none was made, or it is used up. */
export const takeChallenge = (
  ctx: IdpParts,
  ceremony: Ceremony,
  binding: string,
): Promise<string | undefined> => ctx.ephemeral.getdel(keyOf(ctx, ceremony, binding))

/** What identifies this house to authenticators (WebAuthn §5.4.2): the host, and the origin pages are served from. */
export const relyingParty = (ctx: IdpParts): { readonly id: string; readonly origin: string } => {
  const { hostname, origin } = new URL(ctx.config.server.publicUrl)
  return { id: hostname, origin }
}

const keyOf = (ctx: IdpParts, ceremony: Ceremony, binding: string): string =>
  `idp:webauthn:${ceremony}:${ctx.vault.lookup('idp.webauthn', binding)}`
