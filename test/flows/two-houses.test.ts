/**
 * Two processes on one MariaDB and one Redis, as a country runs them behind a load balancer, here one that sends every
 * request to the other house: what is to happen once happens once, and what begins at one house ends at the other.
 */
import { createServer, request } from 'node:http'
import test, { type ExecutionContext } from 'ava'
import { checkLog } from '#kernel/audit/audit.ts'
import { send, settled } from '../../demo/story/operator.ts'
import { loadConfig } from '../../src/kernel/config/load.ts'
import { loadSandbox } from '../../src/kernel/config/sandbox.ts'
import { row, rows } from '../../src/kernel/db/db.ts'
import { openContext } from '../../src/kernel/start.ts'
import { folders, migrations } from '../../src/main.ts'
import { aBrowser } from '../support/browser.ts'
import { aFace } from '../support/faces.ts'
import { killable } from '../support/killable.ts'
import { anIdentity, aPacket } from '../support/registry.ts'
import { databaseUrl, dataFolder, freePort, redisUrl, testOn } from '../support/servers.ts'
import { until } from '../support/until.ts'

const PACKETS = 20
const [mariadb, redis] = [testOn('mariadb'), testOn('redis')]
const onBoth = mariadb === test ? redis : mariadb

onBoth('what is to happen once happens once, wherever it is asked for', async (t) => {
  const houses = await twoHouses(t)
  const { sandbox, url, both, ctx } = houses
  const [operator] = sandbox.operators
  const adjudicator = sandbox.staff.find(({ roles }) => roles.includes('adjudicator'))
  const { keys } = (await (await fetch(`${url}/packets/intake-key`)).json()) as {
    keys: [Parameters<typeof aPacket>[0]['intake']]
  }
  if (operator === undefined || adjudicator === undefined) return t.fail()

  const made = { intake: keys[0], operator }
  const identity = anIdentity()
  const sealed = await Promise.all(
    Array.from({ length: PACKETS }, (_, i) =>
      aPacket(made, { identity: i % 2 ? identity : anIdentity(), photo: aFace(1) }),
    ),
  )
  const rids = await Promise.all(sealed.map((packet) => send(url, packet)))
  const views = await Promise.all(rids.map((rid) => settled(url, rid)))
  t.is(views.filter(({ state }) => state === 'done').length, 1, 'one UIN')
  t.is(views.filter(({ state }) => state === 'waiting').length, PACKETS - 1)

  // Both houses decide each case at the same moment, and not alike.
  const headers = {
    authorization: `Bearer ${adjudicator.token}`,
    'content-type': 'application/json',
  }
  const listed = await fetch(`${url}/adjudication/api/cases?limit=100`, { headers })
  const { cases } = (await listed.json()) as { cases: { id: string }[] }
  t.is(cases.length, PACKETS - 1)
  for (const { id } of cases) {
    const answers = await Promise.all(
      both.map((house) =>
        fetch(`${house}/adjudication/api/cases/${id}/decision`, {
          method: 'POST',
          headers,
          body: JSON.stringify({ verdict: 'duplicate', reason: `decided at ${house}` }),
        }),
      ),
    )
    t.deepEqual(answers.map(({ status }) => status).sort(), [204, 409])
  }
  const count = async (sql: string) =>
    Number((await row<{ n: number }>(ctx.db, `SELECT COUNT(*) AS n ${sql}`))?.n)
  await until(async () => (await count("FROM packet WHERE state = 'rejected'")) === PACKETS - 1)
  t.is(await count('FROM identity i JOIN packet p ON p.person = i.person'), 1)
  const twice = 'FROM packet_step GROUP BY rid, stage HAVING COUNT(*) > 1'
  t.deepEqual(await rows(ctx.db, `SELECT rid, stage ${twice}`), [], 'no job ran twice')
  t.is(await count('FROM job_dead'), 0)

  await until(async () => (await count('FROM audit_leaf WHERE position IS NULL')) === 0)
  t.deepEqual(await checkLog(ctx), [], 'two sequencers, one log')
})

onBoth(
  'a sign-in that begins at one house ends at the other; a new key is seen by both',
  async (t) => {
    const { sandbox, url, both, ctx } = await twoHouses(t)
    const [person] = sandbox.persons
    const browser = aBrowser(url)
    const start = await browser.get('/sign-in?return=/my-identity')
    const codePage = await browser.submit(start, '/sign-in', { identifier: person?.uin ?? '' })
    const inbox = `${url}/sandbox/inbox?to=${encodeURIComponent(String(person?.identity.email))}`
    let code: string | undefined
    await until(async () => {
      const messages = (await (await fetch(inbox)).json()) as { readonly text: string }[]
      code = /\b\d{6}\b/.exec(messages[0]?.text ?? '')?.[0]
      return code !== undefined
    })
    const page = await browser.submit(codePage, '/sign-in/code', { code: code ?? '' })
    t.is(new URL(page.url).pathname, '/my-identity')
    t.is(page.status, 200)
    t.is((await browser.get('/my-identity')).status, 200, 'the session holds at the other house')

    const { kid } = await ctx.keys.rotate('status-list')
    t.truthy(kid)
    const fresh = await ctx.keys.rotate('packet-intake')
    for (const house of both)
      await until(async () => {
        const { keys } = (await (await fetch(`${house}/packets/intake-key`)).json()) as {
          keys: { kid: string }[]
        }
        return keys.some((key) => key.kid === fresh.kid)
      })
    t.pass()
  },
)

/** `url` goes to both in turn; `ctx` looks into what they share. */
async function twoHouses(t: ExecutionContext) {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const dataDir = dataFolder(t)
  const env = {
    PLINTH_DATABASE_URL: await databaseUrl(t, 'mariadb'),
    PLINTH_EPHEMERAL_URL: await redisUrl(),
    PLINTH_SERVER_PUBLIC_URL: url,
    PLINTH_LOG_LEVEL: 'error',
  }
  const argv = ['--profile', 'test', '--data', dataDir]
  const main = new URL('../../src/main.ts', import.meta.url).pathname
  const children = await Promise.all([killable(main, argv, env), killable(main, argv, env)])
  t.teardown(() => Promise.all(children.map((child) => child.kill())))
  // At the same moment, on an empty database: both migrate and make keys.
  await Promise.all(children.map((child) => child.start({ ready: true })))
  const both = children.map((child) => child.url)
  let turn = 0
  const balancer = createServer((req, res) => {
    const target = new URL(req.url ?? '/', both[turn++ % both.length])
    const up = request(target, { method: req.method ?? 'GET', headers: req.headers }, (answer) => {
      res.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      answer.pipe(res)
    })
    up.once('error', () => res.destroy())
    req.pipe(up)
  }).listen(port, 'localhost')
  t.teardown(() => balancer.closeAllConnections())
  t.teardown(() => balancer.close())
  const config = loadConfig({ argv, env })
  const { ctx, close } = await openContext(config, { migrations, folders })
  t.teardown(close)
  return { url, both, ctx, sandbox: loadSandbox({ config }) }
}
