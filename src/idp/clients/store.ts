import { type Reader, row, type Tx, upsert } from '#kernel/db/db.ts'

export const findClient = (
  on: Reader,
  clientId: string,
): Promise<{ metadata: string } | undefined> =>
  row(on, 'SELECT metadata FROM oidc_client WHERE client_id = ?', [clientId])

export const saveClient = (
  tx: Tx,
  clientId: string,
  metadata: string,
  now: number,
): Promise<void> =>
  upsert(tx, 'oidc_client', { client_id: clientId }, { metadata, created_at: now, updated_at: now })
