import { execute, insertIfAbsent, type Reader, row, rows, type Tx } from '#kernel/db/db.ts'

export interface ModelRow {
  readonly model: string
  readonly id: string
  readonly grant_id: string | null
  readonly person: string | null
  readonly client_id: string | null
  readonly payload: string
  /** Milliseconds since 1970, as the other instants. */
  readonly expires_at: number
  readonly consumed_at: number | null
  readonly revoked_at: number | null
}

export const insertModel = (tx: Tx, model: ModelRow): Promise<boolean> =>
  insertIfAbsent(tx, 'oidc_model', { ...model })

/** Never brings a revoked grant back. */
export const saveModel = async (tx: Tx, model: ModelRow): Promise<void> => {
  if (await insertModel(tx, model)) return
  await execute(
    tx,
    'UPDATE oidc_model SET payload = ?, expires_at = ? WHERE model = ? AND id = ? AND revoked_at IS NULL',
    [model.payload, model.expires_at, model.model, model.id],
  )
}

/** Not what has expired, was revoked, or belongs to a grant that was. */
export const findModel = (
  on: Reader,
  model: string,
  id: string,
  now: number,
): Promise<Pick<ModelRow, 'payload' | 'consumed_at'> | undefined> =>
  row(
    on,
    `SELECT m.payload, m.consumed_at FROM oidc_model m
     WHERE m.model = ? AND m.id = ? AND m.expires_at > ? AND m.revoked_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM oidc_model g
         WHERE g.model = 'Grant' AND g.id = m.grant_id AND g.revoked_at IS NOT NULL)`,
    [model, id, now],
  )

/** Compare and set: false when somebody else consumed it first, or it is gone. */
export const consumeModel = async (
  tx: Tx,
  model: string,
  id: string,
  now: number,
): Promise<boolean> =>
  (await execute(
    tx,
    'UPDATE oidc_model SET consumed_at = ? WHERE model = ? AND id = ? AND consumed_at IS NULL',
    [now, model, id],
  )) === 1

export const deleteModel = async (tx: Tx, model: string, id: string): Promise<void> => {
  await execute(tx, 'DELETE FROM oidc_model WHERE model = ? AND id = ?', [model, id])
}

/** Leaves tombstones; deletes the grants' refresh tokens. */
export const revokeGrants = async (
  tx: Tx,
  grants: readonly string[],
  now: number,
): Promise<void> => {
  for (const grant of grants) {
    await execute(
      tx,
      `UPDATE oidc_model SET revoked_at = ?, payload = '' WHERE model = 'Grant' AND id = ? AND revoked_at IS NULL`,
      [now, grant],
    )
    await execute(tx, 'DELETE FROM oidc_model WHERE grant_id = ?', [grant])
  }
}

export const grantsOf = async (
  on: Reader,
  person: string,
  clientId: string | undefined,
): Promise<string[]> => {
  const found = await rows<{ id: string }>(
    on,
    `SELECT id FROM oidc_model WHERE model = 'Grant' AND revoked_at IS NULL AND person = ?
     ${clientId === undefined ? '' : 'AND client_id = ?'} LIMIT 1000`,
    clientId === undefined ? [person] : [person, clientId],
  )
  return found.map(({ id }) => id)
}

export const expiredModels = (
  on: Reader,
  now: number,
  limit: number,
): Promise<Pick<ModelRow, 'model' | 'id'>[]> =>
  rows(on, 'SELECT model, id FROM oidc_model WHERE expires_at < ? ORDER BY expires_at LIMIT ?', [
    now,
    limit,
  ])

export const deleteModels = async (
  tx: Tx,
  models: readonly Pick<ModelRow, 'model' | 'id'>[],
): Promise<void> => {
  for (const { model, id } of models) await deleteModel(tx, model, id)
}
