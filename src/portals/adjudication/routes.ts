/** `/adjudication`: people decide where the platform will not. */
import { z } from 'zod'
import { type Incoming, type Reply, type Route, route } from '#kernel/http/http.ts'
import type { PageOptions, WebFolder } from '#kernel/web/page.ts'
import { decideCase, openCases, readCase, type StaffMember, withdrawDecision } from '#registry'
import type { PortalsContext } from '../context.ts'
import { asStaff, staffPage } from '../staff-page.ts'
import { type CaseForm, caseData } from './case-page.ts'

export const adjudicationFolder: WebFolder = {
  name: 'adjudication',
  folder: new URL('./', import.meta.url),
}

const portal = { name: 'adjudication', url: '/adjudication', role: 'adjudicator' } as const
const CASES_PER_PAGE = 25
const REASON_MAX = 1000

const caseId = z.object({ id: z.uuid() })
const verdict = z.enum(['unique', 'duplicate'])
const queueQuery = z.object({
  before: z.uuid().optional(),
  done: z.uuid().optional(),
  verdict: verdict.optional(),
})
const caseQuery = z.object({ record: z.coerce.number().int().min(1).max(1000).catch(1) })
/** What is missing is told on the page, so the edge takes it. */
const decisionForm = z.object({
  verdict: verdict.optional(),
  reason: z.string().trim().max(REASON_MAX).default(''),
})

export const adjudicationRoutes = (ctx: PortalsContext): readonly Route[] => [
  route({
    method: 'GET',
    path: '/adjudication',
    summary: 'Cases that wait for a decision',
    query: queueQuery,
    handle: (incoming) => asAdjudicator(ctx, incoming, (staff) => queue(ctx, incoming, staff)),
  }),
  route({
    method: 'GET',
    path: '/adjudication/cases/:id',
    summary: 'One case: two people side by side',
    params: caseId,
    query: caseQuery,
    handle: (incoming) =>
      asAdjudicator(ctx, incoming, (staff) =>
        showCase(ctx, incoming, staff, {
          id: incoming.params.id,
          number: incoming.query.record,
          form: { verdict: '', reason: '' },
        }),
      ),
  }),
  route({
    method: 'POST',
    path: '/adjudication/cases/:id',
    summary: 'Decides a case',
    accepts: 'form',
    params: caseId,
    query: caseQuery,
    body: decisionForm,
    handle: (incoming) => asAdjudicator(ctx, incoming, (staff) => decide(ctx, incoming, staff)),
  }),
  route({
    method: 'POST',
    path: '/adjudication/cases/:id/withdraw',
    summary: 'Takes a decision back before it takes effect',
    accepts: 'form',
    params: caseId,
    handle: (incoming) =>
      asAdjudicator(ctx, incoming, async (staff) => {
        await withdrawDecision(ctx, incoming.params.id, actorOf(staff))
        return { redirect: `/adjudication/cases/${incoming.params.id}` }
      }),
  }),
]

const asAdjudicator = (
  ctx: PortalsContext,
  incoming: Incoming,
  then: (staff: StaffMember) => Promise<Reply>,
): Promise<Reply> => asStaff(ctx, incoming, { portal, back: pageOf(incoming) }, then)

/** Where an act was begun: the case's page, or the list. */
const pageOf = ({ url }: Incoming): string =>
  /^\/adjudication\/cases\/[\w-]+/.exec(url)?.[0] ?? '/adjudication'

async function queue(
  ctx: PortalsContext,
  incoming: Incoming<unknown, z.infer<typeof queueQuery>>,
  staff: StaffMember,
): Promise<Reply> {
  const { before, done, verdict: decided } = incoming.query
  const cases = await openCases(ctx, { limit: CASES_PER_PAGE + 1, ...(before && { before }) })
  return staffPage(
    ctx,
    incoming,
    { portal, staff },
    {
      template: new URL('views/queue.njk', import.meta.url),
      titleKey: 'adjudication.title',
      scripts: ['/assets/adjudication/keep-reason.ts'],
      data: {
        cases: cases.slice(0, CASES_PER_PAGE),
        more: cases.length > CASES_PER_PAGE ? cases[CASES_PER_PAGE - 1]?.id : undefined,
        done: done && decided && { id: done, verdict: decided, undoSeconds: graceSeconds(ctx) },
      },
    },
  )
}

const graceSeconds = ({ config }: PortalsContext): number =>
  Math.floor(config.registry.decisionGraceMs / 1000)

async function showCase(
  ctx: PortalsContext,
  incoming: Incoming,
  staff: StaffMember,
  options: {
    readonly id: string
    readonly number: number
    readonly form: CaseForm
    readonly errors?: NonNullable<PageOptions['errors']>
  },
): Promise<Reply> {
  const detail = await readCase(ctx, options.id, actorOf(staff))
  if (detail === undefined || detail.status === 'decided') return { redirect: '/adjudication' }
  const others = await openCases(ctx, { limit: CASES_PER_PAGE })
  const { catalogues } = ctx.web
  return staffPage(
    ctx,
    incoming,
    { portal, staff },
    {
      template: new URL('views/case.njk', import.meta.url),
      titleKey: 'adjudication.case-title',
      backLink: { href: '/adjudication', textKey: 'adjudication.back' },
      scripts: ['zoom', 'keys', 'keep-reason'].map((name) => `/assets/adjudication/${name}.ts`),
      ...(options.errors && { errors: options.errors, status: 400 }),
      data: caseData({ country: ctx.country, catalogues, language: incoming.language }, detail, {
        number: options.number,
        form: options.form,
        skip: nextCase(others, options.id),
      }),
    },
  )
}

/** The case after this one; after the last, the first again. */
const nextCase = (cases: readonly { readonly id: string }[], id: string): string | undefined => {
  const index = cases.findIndex((other) => other.id === id)
  const next = cases[index + 1] ?? cases[0]
  return next && next.id !== id ? `/adjudication/cases/${next.id}` : undefined
}

async function decide(
  ctx: PortalsContext,
  incoming: Incoming<
    z.infer<typeof caseId>,
    z.infer<typeof caseQuery>,
    z.infer<typeof decisionForm>
  >,
  staff: StaffMember,
): Promise<Reply> {
  const { id } = incoming.params
  const { verdict: chosen, reason } = incoming.body
  if (chosen === undefined || reason === '') {
    const errors = [
      ...(chosen === undefined ? [{ field: 'verdict', key: 'adjudication.error-verdict' }] : []),
      ...(reason === '' ? [{ field: 'reason', key: 'adjudication.error-reason' }] : []),
    ]
    const form = { verdict: chosen ?? '', reason }
    return showCase(ctx, incoming, staff, { id, number: incoming.query.record, form, errors })
  }
  await decideCase(ctx, id, { verdict: chosen, reason }, actorOf(staff))
  return { redirect: `/adjudication?done=${encodeURIComponent(id)}&verdict=${chosen}` }
}

const actorOf = (staff: StaffMember) => ({ type: 'adjudicator', id: staff.id }) as const
