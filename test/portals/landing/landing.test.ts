import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { withHouse } from '../../support/house.ts'
import { dataFolder, freePort } from '../../support/servers.ts'

test('the demo’s map: every door, every account, and each of its links opens', async (t) => {
  const house = await withHouse(t)
  const visitor = house.visitor()
  const { html } = await visitor.get('/')
  for (const { id, password } of house.sandbox.staff) {
    t.true(html.includes(id))
    t.true(html.includes(password))
  }
  const links = new Set([...html.matchAll(/href="(\/[^"#]*)"/g)].map(([, path]) => path ?? ''))
  t.true(links.size > 12)
  for (const link of links) t.true((await visitor.get(link)).status < 400, link)
})

test('production: a plain way in, without accounts, passwords or an inbox', async (t) => {
  const secret = join(dataFolder(t), 'secret')
  writeFileSync(secret, randomBytes(32).toString('base64url'), { mode: 0o600 })
  const env = {
    PLINTH_SERVER_PUBLIC_URL: 'https://identity.example',
    PLINTH_SERVER_HOST: '127.0.0.1',
    PLINTH_KEYS_MASTER_SECRET_FILE: secret,
    PLINTH_KEYS_ALLOW_FILE_IN_PRODUCTION: 'true',
    PLINTH_METRICS_PORT: String(await freePort()),
    PLINTH_LOG_LEVEL: 'silent',
  }
  const house = await withHouse(t, env, 'production')
  const visitor = house.visitor()
  const { html } = await visitor.get('/')
  t.regex(html, /Identity services of Republic of Marenda/)
  for (const { password } of house.sandbox.staff) t.false(html.includes(password))
  for (const path of ['/inbox', '/sandbox/inbox']) t.is((await visitor.get(path)).status, 404, path)
})
