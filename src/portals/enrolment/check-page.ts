/** "Check your answers", and sending: one press, one packet, however often it is pressed. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Incoming, Reply } from '#kernel/http/http.ts'
import { Problem } from '#kernel/problems.ts'
import { type RegistryContext, receivePacket, type StaffMember, sealPacket } from '#registry'
import { photoUri } from '../data-uri.ts'
import { inLanguage, presentFields } from '../present-fields.ts'
import { staffPage } from '../staff-page.ts'
import { portal } from './access.ts'
import { type Draft, dropDraft, keyOf, loadPhoto } from './draft.ts'
import { readAll, takesPhoto } from './form.ts'
import { rail } from './group-page.ts'
import { draftTtlMs, sendWaitMs } from './parameters.ts'
import type { FieldReader } from './values.ts'

export async function showCheck(
  ctx: RegistryContext,
  reader: FieldReader,
  incoming: Incoming,
  { draft, staff, refused }: { draft: Draft; staff: StaffMember; refused?: string },
): Promise<Reply> {
  const { country } = ctx
  const { language } = incoming
  const { identity, unfinished } = readAll(country, reader, draft, ctx.now())
  if (unfinished !== undefined) return { redirect: `/enrolment/${draft.id}/${unfinished}?change=1` }
  const shown = presentFields(country, language, identity)
  const data = await loadPhoto(ctx, draft)
  const last = country.groups.at(-1)
  return staffPage(
    ctx,
    incoming,
    { portal, staff },
    {
      template: new URL('views/check.njk', import.meta.url),
      titleKey: 'enrolment.check-title',
      backLink: { href: last ? `/enrolment/${draft.id}/${last.id}` : '/enrolment' },
      ...(refused && { errors: [{ field: 'send', key: refused }], status: 409 }),
      data: {
        rail: rail(ctx, reader, language, draft, 'check'),
        action: `/enrolment/${draft.id}`,
        centre: inLanguage(
          country.centres.find(({ code }) => code === draft.centre)?.name ?? {},
          language,
        ),
        groups: country.groups.map(({ id, title }) => ({
          id,
          title: title[language] ?? id,
          href: `/enrolment/${draft.id}/${id}?change=1`,
          takesPhoto: takesPhoto(country, id),
          fields: shown.filter(
            (field) => country.fields.find((it) => it.id === field.id)?.group === id,
          ),
        })),
        picture: data && draft.photo && photoUri({ type: draft.photo.type, data }),
      },
    },
  )
}

/** Seals and sends. A second press while the first is under way, or after it, gets the first one's RID. */
export async function send(
  ctx: RegistryContext,
  reader: FieldReader,
  incoming: Incoming,
  { draft, staff }: { draft: Draft; staff: StaffMember },
): Promise<Reply> {
  const { identity, unfinished } = readAll(ctx.country, reader, draft, ctx.now())
  if (unfinished !== undefined) return { redirect: `/enrolment/${draft.id}/${unfinished}?change=1` }
  const mine = await ctx.ephemeral.set(keyOf(ctx, draft.id, 'sending'), '1', {
    ttlMs: 60_000,
    onlyIfAbsent: true,
  })
  if (!mine) return showCheckOrSent(ctx, reader, incoming, { draft, staff })
  try {
    const data = await loadPhoto(ctx, draft)
    if (data === undefined || draft.photo === undefined)
      return showCheck(ctx, reader, incoming, { draft, staff })
    const photo = { type: draft.photo.type, data }
    const { centre } = draft
    const sealed = await sealPacket(ctx, staff.id, { identity, photo, centre })
    const { rid } = await receivePacket(ctx, sealed)
    await ctx.ephemeral.set(keyOf(ctx, draft.id, 'sent'), rid, { ttlMs: draftTtlMs })
    await dropDraft(ctx, draft)
    return { redirect: `/enrolment/sent/${rid}` }
  } catch (error) {
    await ctx.ephemeral.del(keyOf(ctx, draft.id, 'sending'))
    if (!(error instanceof Problem) || error.status >= 500) throw error
    ctx.log.warn({ code: error.code }, 'enrolment refused')
    return showCheck(ctx, reader, incoming, { draft, staff, refused: 'enrolment.error-refused' })
  }
}

/** The RID of a draft that was sent; a press that comes while it is being sent waits for it. */
export async function sentAs(
  ctx: RegistryContext,
  id: string,
  waitMs: number,
): Promise<string | undefined> {
  const key = keyOf(ctx, id, 'sent')
  for (let waited = 0; ; waited += 200) {
    const rid = await ctx.ephemeral.get(key)
    if (rid !== undefined || waited >= waitMs) return rid
    await pause(200)
  }
}

async function showCheckOrSent(
  ctx: RegistryContext,
  reader: FieldReader,
  incoming: Incoming,
  { draft, staff }: { draft: Draft; staff: StaffMember },
): Promise<Reply> {
  const rid = await sentAs(ctx, draft.id, sendWaitMs)
  return rid === undefined
    ? showCheck(ctx, reader, incoming, { draft, staff, refused: 'enrolment.error-refused' })
    : { redirect: `/enrolment/sent/${rid}` }
}
