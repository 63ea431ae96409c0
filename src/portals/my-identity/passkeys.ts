/** How I sign in: passkeys, added by the browser with the IdP, removed here. */
import type { Reply } from '#kernel/http/http.ts'
import { type Visit, visitPage } from './visit.ts'

export async function showPasskeys(visit: Visit, done: string | undefined): Promise<Reply> {
  const passkeys = await visit.ctx.idp.passkeysOf(visit.session.person)
  return visitPage(visit, 'passkeys', {
    titleKey: 'my-identity.passkeys-title',
    scripts: ['/assets/my-identity/add-passkey.ts'],
    data: { passkeys, done },
  })
}

export async function removePasskey(visit: Visit, id: string): Promise<Reply> {
  await visit.ctx.idp.removePasskey(visit.session.person, id)
  return { redirect: '/my-identity/passkeys?done=removed' }
}
