/**
 * Does the country fit into its numbers? Counted on the first start with a shape, remembered in the database, and checked
 * at every start against the population (design §4.7).
 */
import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { constants, setPriority } from 'node:os'
import type { Context } from '#kernel/context.ts'
import { transaction } from '#kernel/db/db.ts'
import { problem } from './problems.ts'
import type { Shape, ShapeRule } from './shape-rules.ts'
import * as store from './store.ts'

export interface UinSpace {
  readonly capacity: bigint
  readonly population: number
}

export const uinShape = (ctx: Pick<Context, 'country'>): Shape => ({
  length: ctx.country.uin.length,
  rules: ctx.country.uin.rules as readonly ShapeRule[],
})

/** Throws `uin.space-too-small` with both figures. */
export async function checkUinSpace(ctx: Context): Promise<UinSpace> {
  const shape = uinShape(ctx)
  const key = createHash('sha256').update(JSON.stringify(shape)).digest('base64url')
  let capacity = await store.uinCapacity(ctx.db, key)
  if (capacity === undefined) {
    const counted = await countApart(shape)
    await transaction(ctx, (tx) => store.keepUinCapacity(tx, key, counted))
    capacity = counted
  }
  const { population } = ctx.country
  if (capacity < BigInt(population)) {
    throw problem('uin.space-too-small', { detail: { capacity: String(capacity), population } })
  }
  ctx.log.info({ digits: shape.length, capacity: String(capacity), population }, 'UIN space')
  return { capacity, population }
}

/** In a process of its own: counting takes seconds and memory that a thread would not give back. */
const countApart = (shape: Shape): Promise<bigint> =>
  new Promise((resolve, reject) => {
    const child = fork(new URL('./capacity-worker.ts', import.meta.url), [JSON.stringify(shape)])
    // Nobody waits for it: people who open the first page go first.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW)
    const abandon = () => child.kill()
    process.once('exit', abandon)
    child.once('message', (count) => resolve(BigInt(String(count))))
    child.once('error', reject)
    child.once('exit', (code) => {
      process.off('exit', abandon)
      reject(new Error(`counting the UIN space ended with ${code}`))
    })
  })
