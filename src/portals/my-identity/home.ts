/** The first page: what a resident can do here, and the last things that happened. It reads no record. */
import { entriesOf } from '#kernel/audit/audit.ts'
import type { Reply } from '#kernel/http/http.ts'
import { listVids } from '#registry'
import { tell } from './sentences.ts'
import { type Visit, visitPage } from './visit.ts'

const RECENT = 3

export async function showHome(visit: Visit): Promise<Reply> {
  const { ctx, session } = visit
  const { person } = session
  const [vids, passkeys, consents, credentials, entries] = await Promise.all([
    listVids(ctx, person),
    ctx.idp.passkeysOf(person),
    ctx.idp.consentsOf(person),
    ctx.issuer.credentialsOf(person),
    entriesOf(ctx, person, { limit: RECENT }),
  ])
  return visitPage(visit, 'home', {
    titleKey: 'my-identity.title',
    data: {
      counts: {
        numbers: vids.filter(({ status }) => status === 'ACTIVE').length,
        passkeys: passkeys.length,
        consents: consents.length,
        credentials: credentials.filter(({ status }) => status === 'valid').length,
      },
      entries: await tell(visit, entries),
    },
  })
}
