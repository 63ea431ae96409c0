/** A sign-in at "my identity" under way: an id for codes and challenges to be bound to, and where to go afterwards. */
import type { Incoming, Reply } from '#kernel/http/http.ts'
import type { SignIn } from '../authentication/steps.ts'
import type { IdpParts } from '../context.ts'
import { ttl } from '../parameters.ts'

export const signInCookie = 'plinth_signin'
const home = '/my-identity'

export interface SignInTransaction {
  readonly id: string
  readonly returnTo: string
}

export const newTransaction = (ctx: IdpParts, returnTo: string | undefined): SignInTransaction => ({
  id: ctx.random(32).toString('base64url'),
  returnTo: localPath(returnTo),
})

export const transactionOf = (incoming: Incoming): SignInTransaction | undefined => {
  const [id = '', path = ''] = (incoming.cookies.get(signInCookie) ?? '').split('.')
  if (!/^[\w-]{43}$/.test(id)) return undefined
  return { id, returnTo: localPath(Buffer.from(path, 'base64url').toString()) }
}

export const transactionCookie = (
  transaction: SignInTransaction | undefined,
): NonNullable<Reply['cookies']>[number] => ({
  name: signInCookie,
  value:
    transaction && `${transaction.id}.${Buffer.from(transaction.returnTo).toString('base64url')}`,
  path: '/sign-in',
  sameSite: 'lax',
  ...(transaction && { maxAgeMs: ttl.interaction * 1000 }),
})

export const signInOf = ({ id }: SignInTransaction): SignIn => ({
  base: '/sign-in',
  binding: id,
  to: {},
  factors: ['otp', 'passkey'],
  cancellable: false,
  formActions: [],
})

/** A path of ours: never another host, by `//`, a backslash or a scheme (CWE-601). */
export const localPath = (path: string | undefined): string =>
  path !== undefined && /^\/(?![/\\])[\w\-./?=&%]{0,300}$/.test(path) ? path : home
