/** A refusal as a page, for a reader who came by browser. */
import type { Context } from '../context.ts'
import type { Incoming, Reply } from '../http/http.ts'
import { page } from './page.ts'

export interface Refusal {
  /** HTTP status code. */
  readonly status: number
  /** `<module>.<what>`: a part explains its own by the text `<module>.problem.<what>`. */
  readonly code: string
}

/** Says what happened and what to do next, in the reader's language. Statuses that we have no words for speak as 500. */
export const problemPage = (ctx: Context, incoming: Incoming, refusal: Refusal): Promise<Reply> => {
  const { catalogues } = ctx.web
  const known = explained.has(refusal.status) ? refusal.status : 500
  const own = refusal.code.replace('.', '.problem.')
  return page(ctx, incoming, {
    template: new URL('views/problem.njk', import.meta.url),
    titleKey: `kernel.problem-${known}-title`,
    status: refusal.status,
    data: {
      code: refusal.code,
      explanationKey: catalogues.has(incoming.language, own) ? own : `kernel.problem-${known}-text`,
    },
  })
}

const explained = new Set([400, 401, 403, 404, 409, 413, 415, 429, 500, 503])
