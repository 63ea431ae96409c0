/** `/staff/*`: the sign-in page of operators, adjudicators and administrators. */
import { z } from 'zod'
import { record } from '#kernel/audit/audit.ts'
import type { Context } from '#kernel/context.ts'
import { transaction } from '#kernel/db/db.ts'
import { type Incoming, type Reply, type Route, route } from '#kernel/http/http.ts'
import { page } from '#kernel/web/page.ts'
import { staffEvents } from './events.ts'
import { PASSWORD_MAX } from './password.ts'
import { closeSession, openSession, SESSION_COOKIE } from './session.ts'
import { checkPassword } from './staff.ts'
import { countTry, forgiveTry } from './tries.ts'

const template = new URL('./views/sign-in.njk', import.meta.url)

/** Only a path of this house: `//host` and `/\host` would lead a browser elsewhere. */
const localPath = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[\x21-\x7e]*$/)
  .catch('/')

const signInForm = z.object({
  id: z.string().trim().max(40),
  password: z.string().max(PASSWORD_MAX),
  return: localPath,
})

export const staffRoutes = (ctx: Context): readonly Route[] => [
  route({
    method: 'GET',
    path: '/staff/sign-in',
    summary: 'The sign-in page of staff',
    query: z.object({ return: localPath }),
    handle: (incoming) => signInPage(ctx, incoming, { back: incoming.query.return }),
  }),
  route({
    method: 'POST',
    path: '/staff/sign-in',
    summary: 'Signs a member of staff in',
    accepts: 'form',
    body: signInForm,
    handle: (incoming) => signIn(ctx, incoming, incoming.body),
  }),
  route({
    method: 'POST',
    path: '/staff/sign-out',
    summary: 'Ends the session of a member of staff',
    accepts: 'form',
    body: z.object({}),
    handle: async (incoming) => ({
      cookies: await closeSession(ctx, incoming.cookies.get(SESSION_COOKIE)),
      redirect: '/staff/sign-in',
    }),
  }),
]

async function signIn(
  ctx: Context,
  incoming: Incoming,
  form: z.infer<typeof signInForm>,
): Promise<Reply> {
  const guesser = { id: form.id, ip: incoming.ip }
  if (!(await countTry(ctx, guesser))) {
    return signInPage(ctx, incoming, { back: form.return, id: form.id, error: 'locked' })
  }
  const member = await checkPassword(ctx, form.id, form.password)
  if (member === undefined) {
    await leaf(ctx, staffEvents.refused, 'unknown')
    return signInPage(ctx, incoming, { back: form.return, id: form.id, error: 'wrong' })
  }
  await forgiveTry(ctx, guesser)
  await leaf(ctx, staffEvents.signedIn, member.id)
  return { cookies: await openSession(ctx, member.id), redirect: form.return }
}

const leaf = (ctx: Context, kind: string, id: string): Promise<string> =>
  transaction(ctx, (tx) => record(ctx, tx, { kind, actor: { type: 'operator', id }, content: {} }))

const signInPage = (
  ctx: Context,
  incoming: Incoming,
  { back, id, error }: { back: string; id?: string; error?: 'wrong' | 'locked' },
): Promise<Reply> =>
  page(ctx, incoming, {
    template,
    titleKey: 'staff.sign-in.title',
    address: `/staff/sign-in?return=${encodeURIComponent(back)}`,
    data: { back, id: id ?? '' },
    ...(error === undefined
      ? {}
      : {
          errors: [{ field: 'id', key: `staff.sign-in.${error}` }],
          status: error === 'locked' ? 429 : 401,
        }),
  })
