/**
 * Lets what the engine saves join a transaction of ours: it calls its storage by a fixed signature, so the transaction
 * travels beside the call.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { type Tx, transaction } from '#kernel/db/db.ts'
import type { StorageContext } from './models.ts'

const open = new AsyncLocalStorage<Tx>()

export const joining = <T>(tx: Tx, work: () => Promise<T>): Promise<T> => open.run(tx, work)

export const joinedTransaction = <T>(
  ctx: StorageContext,
  work: (tx: Tx) => Promise<T>,
): Promise<T> => {
  const tx = open.getStore()
  return tx ? work(tx) : transaction(ctx, work)
}
