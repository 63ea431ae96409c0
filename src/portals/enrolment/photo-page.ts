/** The page of the photograph: upload or camera, its quality at once, another try as often as it takes. */

import type { Incoming, Reply } from '#kernel/http/http.ts'
import { limit } from '#kernel/http/limit.ts'
import type { RegistryContext, StaffMember } from '#registry'
import { photoUri } from '../data-uri.ts'
import { staffPage } from '../staff-page.ts'
import { portal } from './access.ts'
import { assessmentView, imageType } from './assess.ts'
import { type Draft, loadPhoto, savePhoto } from './draft.ts'
import { photoIsGood } from './form.ts'
import { afterGroup, backOf, type GroupPage, rail } from './group-page.ts'
import { assessmentsMax } from './parameters.ts'
import type { FieldReader } from './values.ts'

export async function showPhoto(
  ctx: RegistryContext,
  reader: FieldReader,
  incoming: Incoming,
  { draft, staff, group, changing, errors = [] }: GroupPage,
): Promise<Reply> {
  const { country, web } = ctx
  const { language } = incoming
  const data = await loadPhoto(ctx, draft)
  const field = country.fields.find((it) => it.group === group && it.kind === 'biometric')
  const found = data && draft.photo
  const assessment =
    found &&
    assessmentView(
      web.catalogues,
      language,
      { outcome: 'assessed', measures: {}, ...found },
      country.thresholds.faceQuality,
    )
  return staffPage(
    ctx,
    incoming,
    { portal, staff },
    {
      template: new URL('views/photograph.njk', import.meta.url),
      titleKey: 'enrolment.group-title',
      titleValues: { title: field?.label[language] ?? '' },
      backLink: { href: backOf(ctx, draft, group, changing) },
      address: `/enrolment/${draft.id}/${group}${changing ? '?change=1' : ''}`,
      scripts: ['/assets/enrolment/photograph.ts'],
      errors: [...errors],
      ...(errors.length > 0 && { status: 400 }),
      data: {
        rail: rail(ctx, reader, language, draft, group),
        action: `/enrolment/${draft.id}/${group}/photo${changing ? '?change=1' : ''}`,
        picture: found && photoUri({ type: found.type, data }),
        assessment,
        least: country.thresholds.faceQuality,
      },
    },
  )
}

/** A new picture is assessed and shown; without one, "continue" goes on if the last was good enough. */
export async function savePhotoPage(
  ctx: RegistryContext,
  reader: FieldReader,
  incoming: Incoming<unknown, unknown, { readonly photo?: File | string | undefined }>,
  page: GroupPage,
): Promise<Reply> {
  const { photo } = incoming.body
  const again = (draft: Draft, key: string) =>
    showPhoto(ctx, reader, incoming, { ...page, draft, errors: [{ field: 'photo', key }] })
  if (photo instanceof File && photo.size > 0) {
    const stored = await keepPhoto(
      ctx,
      page.draft,
      page.staff,
      Buffer.from(await photo.arrayBuffer()),
    )
    if (stored.outcome === 'refused') return again(page.draft, stored.key)
    return {
      redirect: `/enrolment/${page.draft.id}/${page.group}${page.changing ? '?change=1' : ''}`,
    }
  }
  if (page.draft.photo === undefined) return again(page.draft, 'enrolment.error-photo')
  if (!photoIsGood(ctx.country, page.draft)) return again(page.draft, 'enrolment.error-quality')
  return { redirect: afterGroup(ctx, reader, page.draft, page.group, page.changing) }
}

type Kept =
  | { readonly outcome: 'kept'; readonly draft: Draft }
  | { readonly outcome: 'refused'; readonly key: string }

async function keepPhoto(
  ctx: RegistryContext,
  draft: Draft,
  staff: StaffMember,
  image: Buffer,
): Promise<Kept> {
  const type = imageType(image)
  if (type === undefined) return { outcome: 'refused', key: 'enrolment.fault-not-an-image' }
  await countAssessment(ctx, staff)
  const assessed = await ctx.hub.assess([{ modality: 'face', image }])
  if (assessed.outcome === 'unusable')
    return { outcome: 'refused', key: `enrolment.fault-${assessed.fault}` }
  const { quality, advice, box } = assessed
  return {
    outcome: 'kept',
    draft: await savePhoto(ctx, draft, image, { type, quality, advice, box }),
  }
}

/** For the camera: what a frame is worth. Nothing is kept. */
export async function assessFrame(
  ctx: RegistryContext,
  incoming: Incoming<unknown, unknown, Buffer>,
  staff: StaffMember,
): Promise<Reply> {
  await countAssessment(ctx, staff)
  const assessed = await ctx.hub.assess([{ modality: 'face', image: incoming.body }])
  const { faceQuality } = ctx.country.thresholds
  return { json: assessmentView(ctx.web.catalogues, incoming.language, assessed, faceQuality) }
}

const countAssessment = (ctx: RegistryContext, staff: StaffMember): Promise<void> =>
  limit(ctx, 'assess', ctx.vault.lookup('enrolment-assess', staff.id), {
    max: assessmentsMax,
    windowMs: 60_000,
  })
