/**
 * Who used my identity: every entry of the transparency log that concerns me, as a sentence, with the means to check that
 * it is there. Reading this list is not itself an entry: else it would never end.
 */
import { entriesOf, receiptFor } from '#kernel/audit/audit.ts'
import type { Reply } from '#kernel/http/http.ts'
import { formatDate } from '#kernel/web/formats.ts'
import { myIdentityProblem } from './problems.ts'
import { type Told, tell } from './sentences.ts'
import { type Visit, visitPage } from './visit.ts'

const PER_PAGE = 20

export async function showActivity(visit: Visit, before: string | undefined): Promise<Reply> {
  const { ctx, session } = visit
  const entries = await entriesOf(ctx, session.person, {
    limit: PER_PAGE + 1,
    ...(before && { before }),
  })
  const shown = entries.slice(0, PER_PAGE)
  return visitPage(visit, 'activity', {
    titleKey: 'my-identity.activity-title',
    scripts: ['/assets/my-identity/check-receipt.ts'],
    data: {
      days: byDay(visit, await tell(visit, shown)),
      older: entries.length > PER_PAGE ? shown.at(-1)?.id : undefined,
      newest: before === undefined,
    },
  })
}

interface Day {
  readonly date: Date
  readonly entries: Told[]
}
const byDay = ({ ctx }: Visit, entries: readonly Told[]): Day[] => {
  const days = new Map<string, Day>()
  for (const entry of entries) {
    const key = formatDate('en', ctx.country.timeZone, entry.at)
    const day = days.get(key) ?? { date: entry.at, entries: [] }
    day.entries.push(entry)
    days.set(key, day)
  }
  return [...days.values()]
}

/** Problems: `my-identity.unknown-entry`. */
export async function sendReceipt({ ctx, session }: Visit, id: string): Promise<Reply> {
  const receipt = await receiptFor(ctx, session.person, id)
  if (!receipt) throw myIdentityProblem('my-identity.unknown-entry')
  return { json: receipt }
}
