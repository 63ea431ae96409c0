import type { ExecutionContext } from 'ava'
import type { Context } from '#kernel/context.ts'
import { row, rows, transaction } from '#kernel/db/db.ts'
import { startServer } from '#kernel/http/http.ts'
import {
  messageConsumers,
  messageRoutes,
  type NewMessage,
  requestMessage,
} from '#kernel/messages/messages.ts'
import { addToInbox, listInbox } from '#kernel/messages/store.ts'
import { startDelivery } from '#kernel/outbox/outbox.ts'
import { withContext } from '../../support/context.ts'
import { testOn } from '../../support/servers.ts'
import { prompt, until } from '../../support/until.ts'

const otp = (address: string, language: string, code: string): NewMessage => ({
  channel: 'email',
  address,
  template: 'otp',
  language,
  values: { code, minutes: '5' },
})
const request = (ctx: Context, message: NewMessage) =>
  transaction(ctx, (tx) => requestMessage(ctx, tx, message))
const deliver = (t: ExecutionContext, ctx: Context) => {
  const delivery = startDelivery(ctx, messageConsumers(ctx))
  t.teardown(() => delivery.stop())
}

for (const engine of ['sqlite', 'mariadb'] as const) {
  const test = testOn(engine)

  test(`${engine}: a code is in the inbox within 100 ms, in the resident's language, sealed`, async (t) => {
    const ctx = await withContext(t, { engine })
    deliver(t, ctx)
    const arrive = async (run: number) => {
      const address = run === 4 ? 'Aisha@Example.org' : `${run}@example.org`
      await request(ctx, otp(address, 'fr', '123456'))
      await until(async () => (await listInbox(ctx, address)).length === 1)
    }
    t.true(await prompt(100, () => listInbox(ctx, undefined), arrive))
    const [message] = await listInbox(ctx, ' AISHA@example.org')
    const french = ctx.country.templates.otp
    t.is(message?.subject, french?.subject.fr?.replace('{code}', '123456'))
    t.regex(message?.text ?? '', /123456/)
    t.like(message, { to: 'Aisha@Example.org', channel: 'email' })
    const stored = JSON.stringify(await rows(ctx.db, 'SELECT * FROM message_inbox'))
    t.notRegex(stored, /123456|aisha/i)
    t.is((await listInbox(ctx, 'somebody@else.example')).length, 0)
  })

  test(`${engine}: the inbox keeps the newest thousand`, async (t) => {
    const ctx = await withContext(t, { engine })
    await transaction(ctx, async (tx) => {
      for (let n = 0; n < 1010; n += 1)
        await addToInbox(ctx, tx, `m${n}`, {
          ...{ to: 'a', channel: 'sms', subject: '', text: `${n}` },
          at: new Date(1_000_000 + n).toISOString(),
        })
    })
    t.deepEqual(await row(ctx.db, 'SELECT COUNT(*) AS n FROM message_inbox'), { n: 1000 })
    const listed = await listInbox(ctx, 'a')
    t.is(listed.length, 50)
    t.is(listed[0]?.text, '1009')
  })
}

const test = testOn('sqlite')

test('a missing template or value fails in the act', async (t) => {
  const ctx = await withContext(t)
  await t.throwsAsync(request(ctx, { ...otp('a@b.example', 'en', '1'), template: 'none' }))
  await t.throwsAsync(request(ctx, { ...otp('a@b.example', 'en', '1'), values: { code: '1' } }))
  t.deepEqual(await row(ctx.db, 'SELECT COUNT(*) AS n FROM outbox'), { n: 0 })
})

test('an unknown language falls back to the first of the pack', async (t) => {
  const ctx = await withContext(t)
  deliver(t, ctx)
  await request(ctx, otp('a@b.example', 'xx', '111'))
  await until(async () => (await listInbox(ctx, 'a@b.example')).length === 1)
  const first = ctx.country.languages[0]?.tag ?? ''
  const [message] = await listInbox(ctx, 'a@b.example')
  t.is(message?.subject, ctx.country.templates.otp?.subject[first]?.replace('{code}', '111'))
})

test('GET /sandbox/inbox answers newest first; production has neither the page nor a silent loss', async (t) => {
  const ctx = await withContext(t)
  deliver(t, ctx)
  const parts = { routes: messageRoutes(ctx), mounts: [], ready: async () => true }
  const server = await startServer(
    { ...ctx, config: { ...ctx.config, server: { ...ctx.config.server, port: 0 } } },
    parts,
  )
  t.teardown(() => server.stop())
  await request(ctx, otp('a@b.example', 'en', '111'))
  await until(async () => (await listInbox(ctx, 'a@b.example')).length === 1)
  await request(ctx, otp('a@b.example', 'en', '222'))
  await until(async () => (await listInbox(ctx, 'a@b.example')).length === 2)
  await request(ctx, otp('c@d.example', 'ar', '333'))
  await until(async () => (await listInbox(ctx, 'c@d.example')).length === 1)
  const get = async (query: string) => {
    const response = await fetch(`http://127.0.0.1:${server.port}/sandbox/inbox${query}`)
    t.is(response.status, 200)
    t.is(response.headers.get('cache-control'), 'no-store')
    return (await response.json()) as { to: string; text: string }[]
  }
  const mine = await get('?to=a@b.example')
  t.deepEqual(
    mine.map(({ text }) => /222|111/.exec(text)?.[0]),
    ['222', '111'],
  )
  t.deepEqual(Object.keys(mine[0] ?? {}).sort(), ['at', 'channel', 'subject', 'text', 'to'])
  t.is((await get('')).length, 3)

  const production = { ...ctx, config: { ...ctx.config, profile: 'production' as const } }
  t.deepEqual(messageRoutes(production), [])
  const [consumer] = messageConsumers(production)
  await t.throwsAsync(
    transaction(ctx, async (tx) =>
      consumer?.consume(production, tx, {
        ...{ id: 'x', topic: 'message.requested', key: 'x' },
        payload: otp('a@b.example', 'en', '1'),
      }),
    ),
    { code: 'messages.no-transport' },
  )
})
