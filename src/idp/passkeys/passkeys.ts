/** Passkeys of a person: what is kept of them, listed and removed. */
import { record } from '#kernel/audit/audit.ts'
import { transaction } from '#kernel/db/db.ts'
import type { IdpParts } from '../context.ts'
import { passkeyRemoved } from '../events.ts'
import { personHash } from '../storage/sql-models.ts'
import * as store from './store.ts'

/** Sealed beside the row. */
export interface PasskeyContent {
  readonly person: string
  readonly credentialId: string
  /** COSE key, base64url. */
  readonly publicKey: string
  readonly transports: readonly string[]
  readonly aaguid: string
  /** `multiDevice`: may be synchronised to others (WebAuthn §6.1.3, flag BE). */
  readonly deviceType: 'singleDevice' | 'multiDevice'
  readonly backedUp: boolean
  readonly name: string
}
export interface PasskeyView {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt?: Date
}

export const passkeysOf = async (ctx: IdpParts, person: string): Promise<PasskeyView[]> => {
  const rows = await store.listPasskeys(ctx.db, personHash(ctx, person))
  return Promise.all(
    rows.map(async (row) => ({
      id: row.id,
      name: (await openContent(ctx, row)).name,
      createdAt: new Date(row.created_at),
      ...(row.last_used_at !== null && { lastUsedAt: new Date(row.last_used_at) }),
    })),
  )
}

export const removePasskey = (ctx: IdpParts, person: string, id: string): Promise<boolean> =>
  transaction(ctx, async (tx) => {
    if (!(await store.deletePasskey(tx, personHash(ctx, person), id))) return false
    await record(ctx, tx, passkeyRemoved(person))
    return true
  })

export const sealContent = (ctx: IdpParts, id: string, content: PasskeyContent): Promise<string> =>
  ctx.vault.seal({ table: 'passkey', column: 'content', row: id }, JSON.stringify(content))

export const openContent = async (
  ctx: IdpParts,
  row: Pick<store.PasskeyRow, 'id' | 'content'>,
): Promise<PasskeyContent> => {
  const bytes = await ctx.vault.open(
    { table: 'passkey', column: 'content', row: row.id },
    row.content,
  )
  return JSON.parse(bytes.toString()) as PasskeyContent
}

export const credentialHash = (ctx: IdpParts, credentialId: string): string =>
  ctx.vault.lookup('idp.credential', credentialId)
/** 32 bytes, opaque, the same for a person always: authenticators keep one passkey per user handle (WebAuthn §5.4.3). */
export const userHandle = (ctx: IdpParts, person: string): Buffer =>
  Buffer.from(ctx.vault.lookup('idp.user-handle', person), 'base64url')
