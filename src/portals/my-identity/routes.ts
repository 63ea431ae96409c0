/** `/my-identity`: what a resident sees and steers of his own identity. */
import { z } from 'zod'
import { type Route, route } from '#kernel/http/http.ts'
import { languageChosen } from '#kernel/web/page.ts'
import type { PortalsContext } from '../context.ts'
import { sendReceipt, showActivity } from './activity.ts'
import { offerCredential, revokeCredential, showCredentials } from './credentials.ts'
import { showHome } from './home.ts'
import { addNumber, revokeNumber, showNumbers } from './numbers.ts'
import { removePasskey, showPasskeys } from './passkeys.ts'
import { showNumber, showRecord } from './record.ts'
import { showSharing, stopSharing } from './sharing.ts'
import { asResident, asResidentActing, type Visit } from './visit.ts'

type Answer = ReturnType<typeof showHome>

const text = z.string().max(128)
const done = z.object({ done: z.enum(['added', 'removed', 'revoked', 'stopped']).optional() })
const csrf = z.object({ csrf: text })

export const myIdentityRoutes = (ctx: PortalsContext): readonly Route[] => [
  ...pages(ctx),
  ...acts(ctx),
  route({
    method: 'GET',
    path: '/my-identity/activity',
    summary: 'Who used my identity',
    query: z.object({ before: text.optional() }),
    handle: (incoming) =>
      asResident(ctx, incoming, (visit) => showActivity(visit, incoming.query.before)),
  }),
  route({
    method: 'GET',
    path: '/my-identity/entries/:id/receipt',
    summary: 'What a stranger needs to check that an entry is in the transparency log',
    params: z.object({ id: text }),
    handle: (incoming) =>
      asResident(ctx, incoming, (visit) => sendReceipt(visit, incoming.params.id)),
  }),
]

const pages = (ctx: PortalsContext): Route[] => [
  shown(ctx, '/my-identity', 'What I can do with my identity', showHome),
  shown(ctx, '/my-identity/record', 'My record', showRecord),
  shown(ctx, '/my-identity/numbers', 'My virtual numbers', (visit, note) =>
    showNumbers(visit, { done: note }),
  ),
  shown(ctx, '/my-identity/passkeys', 'My passkeys', showPasskeys),
  shown(ctx, '/my-identity/sharing', 'What I share with services', showSharing),
  shown(ctx, '/my-identity/credentials', 'My credentials', showCredentials),
  // These two answer forms; who comes by the language links or the history begins again.
  moved('/my-identity/record/number', '/my-identity/record'),
  moved('/my-identity/credentials/offer', '/my-identity/credentials'),
]

const acts = (ctx: PortalsContext): Route[] => [
  act(ctx, '/my-identity/record/number', 'My number in full', csrf, showNumber),
  act(
    ctx,
    '/my-identity/numbers',
    'Makes a virtual number',
    csrf.extend({ type: text.default('') }),
    (visit, form) => addNumber(visit, form.type),
  ),
  act(
    ctx,
    '/my-identity/numbers/revoke',
    'Ends a virtual number',
    csrf.extend({ vid: text }),
    (visit, form) => revokeNumber(visit, form.vid),
  ),
  act(
    ctx,
    '/my-identity/passkeys/remove',
    'Removes a passkey',
    csrf.extend({ id: text }),
    (visit, form) => removePasskey(visit, form.id),
  ),
  act(
    ctx,
    '/my-identity/sharing/stop',
    'Revokes a consent',
    csrf.extend({ id: text }),
    (visit, form) => stopSharing(visit, form.id),
  ),
  act(
    ctx,
    '/my-identity/credentials/offer',
    'Offers a credential to a wallet',
    csrf.extend({ configuration: text }),
    (visit, form) => offerCredential(visit, form.configuration),
  ),
  act(
    ctx,
    '/my-identity/credentials/revoke',
    'Revokes a credential',
    csrf.extend({ id: text }),
    (visit, form) => revokeCredential(visit, form.id),
  ),
]

const shown = (
  ctx: PortalsContext,
  path: string,
  summary: string,
  show: (visit: Visit, note: string | undefined) => Answer,
): Route =>
  route({
    method: 'GET',
    path,
    summary,
    query: done,
    handle: (incoming) => asResident(ctx, incoming, (visit) => show(visit, incoming.query.done)),
  })

const act = <Form extends typeof csrf>(
  ctx: PortalsContext,
  path: string,
  summary: string,
  body: Form,
  perform: (visit: Visit, form: z.infer<Form>) => Answer,
): Route =>
  route({
    method: 'POST',
    path,
    summary,
    accepts: 'form',
    body,
    handle: (incoming) => asResidentActing(ctx, incoming, (visit) => perform(visit, incoming.body)),
  })

const moved = (path: string, to: string): Route =>
  route({
    method: 'GET',
    path,
    summary: `Leads to ${to}`,
    query: z.object({}),
    handle: (incoming) => ({ redirect: to, ...languageChosen(incoming) }),
  })
