/**
 * An enrolment that is being typed: sealed, in Ephemeral, under an id that says nothing. It outlives the session of who
 * types it: the browser that began it holds a secret, and may save even while nobody is signed in.
 */
import type { Context } from '#kernel/context.ts'
import type { Incoming, Reply } from '#kernel/http/http.ts'
import { draftTtlMs, photoPartBytes } from './parameters.ts'

export interface Draft {
  readonly id: string
  /** Who enrols; nobody else sees it. */
  readonly staff: string
  /** HMAC of the browser's secret. */
  readonly holder: string
  /** Code of the centre where the person stands. */
  readonly centre: string
  /** As typed, by input name: a wrong date comes back as it was written. */
  readonly values: Readonly<Record<string, string>>
  readonly photo?: DraftPhoto
}
export interface DraftPhoto {
  readonly type: 'image/jpeg' | 'image/png'
  readonly parts: number
  /** 0..100. */
  readonly quality: number
  readonly advice: readonly string[]
  readonly box: {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }
}

const cookieName = 'plinth_enrolment'

export async function beginDraft(
  ctx: Context,
  incoming: Incoming,
  { staff, centre }: Pick<Draft, 'staff' | 'centre'>,
): Promise<{ draft: Draft; cookies: NonNullable<Reply['cookies']> }> {
  const secret = incoming.cookies.get(cookieName) ?? ctx.random(32).toString('base64url')
  const id = ctx.random(16).toString('base64url')
  const draft = { id, staff, centre, holder: holderOf(ctx, secret), values: {} }
  await saveDraft(ctx, draft)
  return {
    draft,
    cookies: [{ name: cookieName, value: secret, path: '/enrolment', sameSite: 'lax' }],
  }
}

export async function loadDraft(ctx: Context, id: string): Promise<Draft | undefined> {
  const sealed = await ctx.ephemeral.get(keyOf(ctx, id))
  if (sealed === undefined) return undefined
  return JSON.parse((await ctx.vault.open(placeOf(id), sealed)).toString('utf8')) as Draft
}

export async function saveDraft(ctx: Context, draft: Draft): Promise<void> {
  const sealed = await ctx.vault.seal(placeOf(draft.id), JSON.stringify(draft))
  await ctx.ephemeral.set(keyOf(ctx, draft.id), sealed, { ttlMs: draftTtlMs })
}

export const dropDraft = async (ctx: Context, { id, photo }: Draft): Promise<void> => {
  const parts = Array.from({ length: photo?.parts ?? 0 }, (_, part) => keyOf(ctx, id, part))
  await ctx.ephemeral.del(keyOf(ctx, id), ...parts)
}

/** The browser that began the draft, whoever is signed in on it now. */
export function isHolder(ctx: Context, incoming: Incoming, draft: Draft): boolean {
  const secret = incoming.cookies.get(cookieName)
  return secret !== undefined && holderOf(ctx, secret) === draft.holder
}

/** A photograph is larger than one value may be, so it is kept in parts. */
export async function savePhoto(
  ctx: Context,
  draft: Draft,
  image: Buffer,
  about: Omit<DraftPhoto, 'parts'>,
): Promise<Draft> {
  const parts = Math.ceil(image.length / photoPartBytes)
  for (let part = 0; part < parts; part++) {
    const bytes = image.subarray(part * photoPartBytes, (part + 1) * photoPartBytes)
    const sealed = await ctx.vault.seal(placeOf(draft.id, part), bytes)
    await ctx.ephemeral.set(keyOf(ctx, draft.id, part), sealed, { ttlMs: draftTtlMs })
  }
  const changed = { ...draft, photo: { ...about, parts } }
  await saveDraft(ctx, changed)
  return changed
}

/** Undefined when it was never taken, or one of its parts is gone. */
export async function loadPhoto(ctx: Context, draft: Draft): Promise<Buffer | undefined> {
  if (draft.photo === undefined) return undefined
  const parts = Array.from({ length: draft.photo.parts }, async (_, part) => {
    const sealed = await ctx.ephemeral.get(keyOf(ctx, draft.id, part))
    return sealed === undefined ? undefined : ctx.vault.open(placeOf(draft.id, part), sealed)
  })
  const found = (await Promise.all(parts)).filter((part) => part !== undefined)
  return found.length === draft.photo.parts ? Buffer.concat(found) : undefined
}

/** Of the part of Ephemeral that belongs to one draft: its text, a part of its photograph, or a mark about it. */
export const keyOf = (
  ctx: Context,
  id: string,
  what: number | 'sending' | 'sent' | 'text' = 'text',
) => `enrolment:${ctx.vault.lookup('enrolment-draft', id)}:${what}`

const placeOf = (id: string, part?: number) => ({
  table: 'enrolment-draft',
  column: part === undefined ? 'text' : `photo-${part}`,
  row: id,
})
const holderOf = (ctx: Context, secret: string): string =>
  ctx.vault.lookup('enrolment-holder', secret)
