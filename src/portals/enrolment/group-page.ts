/** One page of the form: fields of one group. */
import type { Incoming, Reply } from '#kernel/http/http.ts'
import type { RegistryContext, StaffMember } from '#registry'
import { staffPage } from '../staff-page.ts'
import { portal } from './access.ts'
import { type Draft, saveDraft } from './draft.ts'
import { fieldsOf, nextGroup, previousGroup, readAll, readGroup, typedOf } from './form.ts'
import { fieldView, railOf } from './form-view.ts'
import { valueMax } from './parameters.ts'
import type { FieldReader, FormError, Typed } from './values.ts'

export interface GroupPage {
  readonly draft: Draft
  readonly staff: StaffMember
  readonly group: string
  /** Came from "check your answers", and goes back there. */
  readonly changing: boolean
  readonly errors?: readonly FormError[]
}

export function showGroup(
  ctx: RegistryContext,
  reader: FieldReader,
  incoming: Incoming,
  { draft, staff, group, changing, errors = [] }: GroupPage,
): Promise<Reply> {
  const { country } = ctx
  const title = country.groups.find(({ id }) => id === group)?.title[incoming.language] ?? group
  return staffPage(
    ctx,
    incoming,
    { portal, staff },
    {
      template: new URL('views/group.njk', import.meta.url),
      titleKey: 'enrolment.group-title',
      titleValues: { title },
      backLink: { href: backOf(ctx, draft, group, changing) },
      errors: errors.map((error) => labelled(ctx, incoming.language, error)),
      ...(errors.length > 0 && { status: 400 }),
      data: {
        rail: rail(ctx, reader, incoming.language, draft, group),
        longest: valueMax,
        action: `/enrolment/${draft.id}/${group}${changing ? '?change=1' : ''}`,
        fields: fieldsOf(country, group).map((field) =>
          fieldView(country, reader, incoming.language, field, draft.values),
        ),
      },
    },
  )
}

/** Keeps what was typed, right or wrong. */
export function keepTyped(
  ctx: RegistryContext,
  reader: FieldReader,
  draft: Draft,
  group: string,
  body: Typed,
): Promise<Draft> {
  const values = { ...draft.values, ...typedOf(ctx.country, reader, group, body) }
  const changed = { ...draft, values }
  return saveDraft(ctx, changed).then(() => changed)
}

export async function saveGroup(
  ctx: RegistryContext,
  reader: FieldReader,
  incoming: Incoming<unknown, unknown, Typed>,
  { draft: before, staff, group, changing }: GroupPage,
): Promise<Reply> {
  const draft = await keepTyped(ctx, reader, before, group, incoming.body)
  const { errors } = readGroup(ctx.country, reader, group, draft.values, ctx.now())
  if (errors.length > 0)
    return showGroup(ctx, reader, incoming, { draft, staff, group, changing, errors })
  return { redirect: afterGroup(ctx, reader, draft, group, changing) }
}

export function afterGroup(
  ctx: RegistryContext,
  reader: FieldReader,
  draft: Draft,
  group: string,
  changing: boolean,
): string {
  const check = `/enrolment/${draft.id}`
  const { unfinished } = readAll(ctx.country, reader, draft, ctx.now())
  if (changing && unfinished === undefined) return check
  const next = nextGroup(ctx.country, group)
  return next ? `${check}/${next.id}` : check
}

export const backOf = (
  ctx: RegistryContext,
  draft: Draft,
  group: string,
  changing: boolean,
): string => {
  const before = previousGroup(ctx.country, group)
  if (changing) return `/enrolment/${draft.id}`
  return before ? `/enrolment/${draft.id}/${before.id}` : '/enrolment'
}

export const rail = (
  ctx: RegistryContext,
  reader: FieldReader,
  language: string,
  draft: Draft,
  current: string,
) =>
  railOf(ctx.country, reader, language, draft, {
    current,
    checkText: ctx.web.catalogues.text(language, 'enrolment.check-title'),
    now: ctx.now(),
  })

/** Messages name the field as the page does. */
export function labelled(ctx: RegistryContext, language: string, error: FormError) {
  const field = ctx.country.fields.find(({ id }) => id === error.values?.id)
  return { ...error, values: { label: field?.label[language] ?? '' } }
}
