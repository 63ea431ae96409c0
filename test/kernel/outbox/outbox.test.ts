import { setTimeout as sleep } from 'node:timers/promises'
import type { ExecutionContext } from 'ava'
import type { Context } from '#kernel/context.ts'
import { execute, insert, row, rows, type Tx, transaction } from '#kernel/db/db.ts'
import { ascii, id, integer, type Migration } from '#kernel/db/schema.ts'
import {
  type Consumer,
  type Message,
  publish,
  redeliver,
  startDelivery,
} from '#kernel/outbox/outbox.ts'
import { withContext } from '../../support/context.ts'
import { testOn } from '../../support/servers.ts'
import { prompt, until } from '../../support/until.ts'

const migrations: readonly Migration[] = [
  {
    name: 'test/0001-effect',
    up: (schema) =>
      schema.createTable('effect', { id, k: ascii(20), n: integer }, { primary: ['id'] }),
  },
]
/** A clock that tests push forward; it runs besides. */
const clock = () => {
  let ahead = 0
  return {
    now: () => new Date(Date.now() + ahead),
    push: (ms: number) => {
      ahead += ms
    },
  }
}
const send = (ctx: Context, key: string, payload: unknown = {}) =>
  transaction(ctx, (tx) => publish(ctx, tx, 'news', key, payload))
const effectOf = async (tx: Tx, message: Message): Promise<void> =>
  insert(tx, 'effect', {
    id: message.id,
    k: message.key,
    n: Number((message.payload as { n?: number }).n ?? 0),
  })
const consumer = (consume: Consumer['consume'], name = 'reader'): Consumer => ({
  name,
  topic: 'news',
  consume,
})
const deliver = (t: ExecutionContext, ctx: Context, ...consumers: Consumer[]) => {
  const delivery = startDelivery(ctx, consumers)
  t.teardown(() => delivery.stop())
  return delivery
}
/** A row that the acts of one key change: who comes later waits until the earlier one has committed. */
const nextTurn = async (tx: Tx, key: string): Promise<number> => {
  const where = 'WHERE id = ?'
  if ((await execute(tx, `UPDATE effect SET n = n + 1 ${where}`, [key])) === 0)
    await insert(tx, 'effect', { id: key, k: key, n: 1 })
  return (await row<{ n: number }>(tx, `SELECT n FROM effect ${where}`, [key]))?.n ?? 0
}
const count = async (ctx: Context, table: string): Promise<number> =>
  (await row<{ n: number }>(ctx.db, `SELECT COUNT(*) AS n FROM ${table}`))?.n ?? -1

for (const engine of ['sqlite', 'mariadb'] as const) {
  const test = testOn(engine)
  const open = (t: ExecutionContext, now?: () => Date) =>
    withContext(t, { engine, migrations, ...(now && { now }) })

  test(`${engine}: a message arrives within 100 ms of the commit, once, and is sealed at rest`, async (t) => {
    const ctx = await open(t)
    const got: Message[] = []
    deliver(
      t,
      ctx,
      consumer(async (_, tx, message) => {
        got.push(message)
        await effectOf(tx, message)
      }),
    )
    await sleep(300)
    const arrive = async (run: number) => {
      await send(ctx, 'a', { name: 'Aisha', n: 7 + run })
      await until(() => got.length > run)
    }
    t.true(await prompt(100, () => count(ctx, 'effect'), arrive))
    await until(async () => (await count(ctx, 'effect')) === 5)
    t.like(got[0], { topic: 'news', key: 'a', payload: { name: 'Aisha', n: 7 } })
    t.notRegex(JSON.stringify(await rows(ctx.db, 'SELECT * FROM outbox')), /Aisha/)
    await t.throwsAsync(
      transaction(ctx, async (tx) => {
        await publish(ctx, tx, 'news', 'a', {})
        throw new Error('no')
      }),
    )
    await sleep(50)
    t.is(got.length, 5)
  })

  test(`${engine}: messages of one key arrive in the order of their commits`, async (t) => {
    const ctx = await open(t)
    const committed: { key: string; n: number; turn: number }[] = []
    await Promise.all(
      Array.from({ length: 60 }, async (_, n) => {
        const key = `k${n % 3}`
        const turn = await transaction(ctx, async (tx) => {
          await sleep(Math.random() * 5)
          await publish(ctx, tx, 'news', key, { n })
          await sleep(Math.random() * 5)
          return nextTurn(tx, key)
        })
        committed.push({ key, n, turn })
      }),
    )
    const inTurn = committed.toSorted((a, b) => a.turn - b.turn)
    const expected = Object.groupBy(inTurn, ({ key }) => key)
    const got: Record<string, number[]> = {}
    deliver(
      t,
      ctx,
      consumer(async (_, _tx, { key, payload }) => {
        await sleep(Math.random() * 3)
        got[key] = [...(got[key] ?? []), (payload as { n: number }).n]
      }),
    )
    await until(() => Object.values(got).flat().length === 60)
    for (const [key, sent] of Object.entries(expected))
      t.deepEqual(
        got[key],
        sent?.map(({ n }) => n),
      )
  })

  test(`${engine}: four deliveries at once have each message's effect once, in order`, async (t) => {
    const ctx = await open(t)
    const reader = consumer((_, tx, message) => effectOf(tx, message))
    for (let n = 0; n < 4; n += 1) deliver(t, ctx, reader)
    for (let n = 0; n < 80; n += 1) await send(ctx, `k${n % 7}`, { n })
    await until(async () => (await count(ctx, 'effect')) === 80)
    await sleep(100)
    t.is(await count(ctx, 'effect'), 80)
    t.is(await count(ctx, 'outbox_failure'), 0)
  })

  test(`${engine}: a poisoned message holds its key only, is parked in the end, and can be delivered again`, async (t) => {
    const time = clock()
    const ctx = await open(t, time.now)
    let cured = false
    const seen: string[] = []
    const delivery = deliver(
      t,
      ctx,
      consumer(async (_, tx, message) => {
        await effectOf(tx, message)
        if (message.key === 'bad' && (message.payload as { n: number }).n === 1 && !cured)
          throw new TypeError('Aisha Khan')
        seen.push(`${message.key}${(message.payload as { n: number }).n}`)
      }),
    )
    await send(ctx, 'bad', { n: 1 })
    await send(ctx, 'bad', { n: 2 })
    for (let n = 0; n < 5; n += 1) await send(ctx, 'good', { n })
    await until(() => seen.length === 5)
    t.deepEqual(seen, ['good0', 'good1', 'good2', 'good3', 'good4'])
    for (let attempt = 1; attempt < 12; attempt += 1) {
      await until(async () => {
        const failure = await row<{ attempts: number }>(
          ctx.db,
          'SELECT attempts FROM outbox_failure',
        )
        return failure?.attempts === attempt
      })
      t.false(seen.includes('bad2'))
      time.push(10 * 60_000)
      delivery.wake()
    }
    await until(() => seen.includes('bad2'))
    const failure = await row<Record<string, unknown>>(ctx.db, 'SELECT * FROM outbox_failure')
    t.like(failure, {
      consumer: 'reader',
      message_key: 'bad',
      attempts: 12,
      error_code: 'TypeError',
    })
    t.truthy(failure?.parked_at)
    t.is(await count(ctx, 'effect'), 6)

    cured = true
    const parked = String(failure?.message_id)
    t.true(await transaction(ctx, (tx) => redeliver(ctx, tx, parked, 'reader')))
    t.false(await transaction(ctx, (tx) => redeliver(ctx, tx, parked, 'reader')))
    await until(async () => (await count(ctx, 'effect')) === 7)
    t.is(await count(ctx, 'outbox_failure'), 0)
  })

  test(`${engine}: two consumers each get everything; what all have had is deleted`, async (t) => {
    const ctx = await open(t)
    const got = { a: 0, b: 0, late: 0 }
    const counting = (name: keyof typeof got) =>
      consumer(async () => {
        got[name] += 1
      }, name)
    const delivery = deliver(t, ctx, counting('a'), counting('b'))
    for (let n = 0; n < 10; n += 1) await send(ctx, `k${n}`)
    await until(() => got.a === 10 && got.b === 10)
    deliver(t, ctx, counting('late'))
    await until(() => got.late === 10)
    await until(async () => (await count(ctx, 'outbox')) === 0)
    t.is(await count(ctx, 'outbox_inbox'), 0)
    await delivery.stop()
    await send(ctx, 'kept')
    await until(() => got.late === 11)
    await sleep(5_500)
    t.is(await count(ctx, 'outbox'), 1, 'the consumers that are away have not had it')
    deliver(t, ctx, counting('a'), counting('b'))
    await until(() => got.a === 11 && got.b === 11)
  })
}
