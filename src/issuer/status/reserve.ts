/** Gives out status list indices: each once, in an order nobody outside can foresee. */
import assert from 'node:assert'
import type { Context } from '#kernel/context.ts'
import { transaction } from '#kernel/db/db.ts'
import { seedBytes, shuffled } from './shuffle.ts'
import { addList, newestList, seedOf, takePlaces } from './store.ts'

export interface StatusPlace {
  readonly list: number
  readonly index: number
}
export type ReserveIndices = (count: number) => Promise<readonly StatusPlace[]>

/** Lists fill one after the other: the newest and the one before it are all that is ever asked for. */
const ordersKept = 4
/** A try fails only when other processes fill a whole list meanwhile. */
const maxTries = 20

/**
 * The places are taken in a transaction of their own, before anything is signed: a failure after it leaves an unused
 * index, which is never given out again, rather than a signature that waits inside a write transaction.
 */
export const openReservations = (ctx: Context, size: number): ReserveIndices => {
  const orders = new Map<number, Promise<Uint32Array>>()
  const orderOf = (number: number, length: number): Promise<Uint32Array> => {
    const known = orders.get(number)
    if (known !== undefined) return known
    const made = openOrder(ctx, number, length)
    orders.set(number, made)
    made.catch(() => orders.delete(number))
    for (const old of [...orders.keys()].slice(0, -ordersKept)) orders.delete(old)
    return made
  }
  return async (count) => {
    assert(count > 0 && count <= size)
    for (let attempt = 0; attempt < maxTries; attempt++) {
      const list = await newestList(ctx.db)
      const first = list && (await transaction(ctx, (tx) => takePlaces(tx, list.number, count)))
      if (list && first !== undefined) {
        const order = await orderOf(list.number, list.size)
        return Array.from(order.subarray(first, first + count), (index) => ({
          list: list.number,
          index,
        }))
      }
      await openList(ctx, (list?.number ?? 0) + 1, size)
    }
    throw new Error('no status list could be opened')
  }
}

const openList = async (ctx: Context, number: number, size: number): Promise<void> => {
  const seed = await ctx.vault.seal(place(number), ctx.random(seedBytes))
  await transaction(ctx, (tx) => addList(ctx, tx, { number, size, seed }))
}

const openOrder = async (ctx: Context, number: number, size: number): Promise<Uint32Array> =>
  shuffled(await ctx.vault.open(place(number), await seedOf(ctx.db, number)), size)

const place = (number: number) => ({ table: 'status_list', column: 'seed', row: String(number) })
