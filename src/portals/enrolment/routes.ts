/** `/enrolment*`: an operator enrols a person, one small page after another. */
import { z } from 'zod'
import { type Incoming, type Reply, type Route, route } from '#kernel/http/http.ts'
import type { WebFolder } from '#kernel/web/page.ts'
import { packetStatus, type RegistryContext, type StaffMember } from '#registry'
import { staffPage } from '../staff-page.ts'
import { asOperator, portal, saveEvenSignedOut, withDraft } from './access.ts'
import { send, sentAs, showCheck } from './check-page.ts'
import { takesPhoto } from './form.ts'
import { keepTyped, saveGroup, showGroup } from './group-page.ts'
import { photoBytesMax, photoFormBytesMax, valueMax } from './parameters.ts'
import { assessFrame, savePhotoPage, showPhoto } from './photo-page.ts'
import { begin, showStart } from './start-page.ts'
import { createReader } from './values.ts'

export const enrolmentFolder: WebFolder = {
  name: 'enrolment',
  folder: new URL('./', import.meta.url),
}

const draftId = z.string().regex(/^[\w-]{22}$/)
const draftParams = z.object({ draft: draftId })
const groupParams = z.object({ draft: draftId, group: z.string().max(40) })
const groupQuery = z.object({ change: z.literal('1').optional() })
/** Which inputs there are is the country pack's matter; what is not of the group is dropped. */
const typedBody = z.record(z.string().max(60), z.string().max(valueMax))
const photoBody = z.object({ photo: z.union([z.instanceof(File), z.string().max(0)]).optional() })

export const enrolmentRoutes = (ctx: RegistryContext): readonly Route[] => [
  ...startRoutes(ctx),
  ...formRoutes(ctx),
]

function startRoutes(ctx: RegistryContext): Route[] {
  return [
    route({
      method: 'GET',
      path: '/enrolment',
      summary: 'The start of an enrolment',
      query: z.object({ gone: z.literal('1').optional() }),
      handle: (incoming) =>
        asOperator(ctx, incoming, (staff) =>
          showStart(ctx, incoming, staff, { gone: incoming.query.gone === '1' }),
        ),
    }),
    route({
      method: 'POST',
      path: '/enrolment',
      summary: 'Begins an enrolment',
      accepts: 'form',
      body: z.object({ centre: z.string().max(36).optional() }),
      handle: (incoming) =>
        asOperator(ctx, incoming, (staff) => begin(ctx, incoming, staff, incoming.body.centre)),
    }),
    route({
      method: 'POST',
      path: '/enrolment/assess',
      summary: 'Quality of one camera frame; nothing is kept',
      accepts: 'bytes',
      body: z.instanceof(Buffer),
      limitBytes: photoBytesMax,
      sameOrigin: true,
      handle: (incoming) => asOperator(ctx, incoming, (staff) => assessFrame(ctx, incoming, staff)),
    }),
    route({
      method: 'GET',
      path: '/enrolment/sent/:rid',
      summary: 'The receipt of an enrolment',
      params: z.object({ rid: z.string().max(40) }),
      handle: (incoming) => asOperator(ctx, incoming, (staff) => receipt(ctx, incoming, staff)),
    }),
  ]
}

function formRoutes(ctx: RegistryContext): Route[] {
  const reader = createReader(ctx.country)
  const known = (group: string) => ctx.country.groups.some(({ id }) => id === group)
  return [
    route({
      method: 'GET',
      path: '/enrolment/:draft',
      summary: 'Check the answers',
      params: draftParams,
      handle: (incoming) =>
        withDraft(ctx, incoming, (draft, staff) =>
          showCheck(ctx, reader, incoming, { draft, staff }),
        ),
    }),
    route({
      method: 'POST',
      path: '/enrolment/:draft',
      summary: 'Sends the enrolment',
      accepts: 'form',
      params: draftParams,
      async handle(incoming) {
        // Sent by an earlier press: the draft is gone, its number is not.
        const rid = await sentAs(ctx, incoming.params.draft, 0)
        if (rid !== undefined) return { redirect: `/enrolment/sent/${rid}` }
        return withDraft(ctx, incoming, (draft, staff) =>
          send(ctx, reader, incoming, { draft, staff }),
        )
      },
    }),
    route({
      method: 'GET',
      path: '/enrolment/:draft/:group',
      summary: 'One page of the form',
      params: groupParams,
      query: groupQuery,
      handle: (incoming) =>
        withDraft(ctx, incoming, (draft, staff) => {
          const { group } = incoming.params
          if (!known(group)) return { redirect: `/enrolment/${draft.id}` }
          const show = takesPhoto(ctx.country, group) ? showPhoto : showGroup
          return show(ctx, reader, incoming, { draft, staff, group, ...changingOf(incoming) })
        }),
    }),
    route({
      method: 'POST',
      path: '/enrolment/:draft/:group',
      summary: 'Keeps one page of the form',
      accepts: 'form',
      params: groupParams,
      query: groupQuery,
      body: typedBody,
      handle: (incoming) =>
        saveEvenSignedOut(
          ctx,
          incoming,
          (draft) => keepTyped(ctx, reader, draft, incoming.params.group, incoming.body),
          (draft, staff) => {
            const { group } = incoming.params
            if (!known(group) || takesPhoto(ctx.country, group))
              return { redirect: `/enrolment/${draft.id}` }
            return saveGroup(ctx, reader, incoming, {
              draft,
              staff,
              group,
              ...changingOf(incoming),
            })
          },
        ),
    }),
    route({
      method: 'POST',
      path: '/enrolment/:draft/:group/photo',
      summary: 'Keeps the photograph',
      accepts: 'multipart',
      limitBytes: photoFormBytesMax,
      params: groupParams,
      query: groupQuery,
      body: photoBody,
      handle: (incoming) =>
        withDraft(ctx, incoming, (draft, staff) => {
          const { group } = incoming.params
          if (!takesPhoto(ctx.country, group)) return { redirect: `/enrolment/${draft.id}` }
          return savePhotoPage(ctx, reader, incoming, {
            draft,
            staff,
            group,
            ...changingOf(incoming),
          })
        }),
    }),
  ]
}

const changingOf = ({ query }: Incoming<unknown, z.infer<typeof groupQuery>>) => ({
  changing: query.change === '1',
})

async function receipt(
  ctx: RegistryContext,
  incoming: Incoming<{ readonly rid: string }>,
  staff: StaffMember,
): Promise<Reply> {
  const packet = await packetStatus(ctx, incoming.params.rid)
  if (packet === undefined) return { redirect: '/enrolment' }
  return staffPage(
    ctx,
    incoming,
    { portal, staff },
    {
      template: new URL('views/sent.njk', import.meta.url),
      titleKey: 'enrolment.sent-title',
      data: { rid: packet.rid, receivedAt: packet.receivedAt, href: `/track/${packet.rid}` },
    },
  )
}
