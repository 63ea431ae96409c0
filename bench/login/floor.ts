/**
 * What no login can be cheaper than, in a process of its own: bare Koa requests with one signed cookie, and the
 * cryptography of one login (two ES256 verifications of client assertions, two signatures of ID token and userinfo,
 * twenty HMACs), by node:crypto.
 */
import { createHmac, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Koa from 'koa'

const app = new Koa()
app.keys = ['a', 'b']
app.use(async (ctx) => {
  if (ctx.method === 'POST') for await (const _ of ctx.req);
  ctx.cookies.set('session', 'x'.repeat(43), { signed: true, httpOnly: true })
  ctx.body = { ok: true }
})
const server = createServer((req, res) => void app.callback()(req, res))
server.listen(0, 'localhost', () => {
  process.send?.({ ready: `http://localhost:${(server.address() as AddressInfo).port}` })
})

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
const publicPart = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
const message = randomBytes(400)
const signature = sign('sha256', message, key)
const secret = randomBytes(32)

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const cryptography = (): number => {
  const times = 200
  const before = cpuMs()
  for (let login = 0; login < times; login++) {
    for (let twice = 0; twice < 2; twice++) {
      verify('sha256', message, publicPart, signature)
      sign('sha256', message, key)
    }
    for (let hmacs = 0; hmacs < 20; hmacs++) createHmac('sha256', secret).update(message).digest()
  }
  return (cpuMs() - before) / times
}
process.on('message', (asked) => {
  process.send?.(asked === 'cryptography' ? { cryptoMs: cryptography() } : { cpuMs: cpuMs() })
})
process.on('disconnect', () => process.exit(0))
