import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import test from 'ava'
import { z } from 'zod'
import { route } from '../../../src/kernel/http/http.ts'
import { listen } from '../../../src/kernel/http/listener.ts'
import { Problem } from '../../../src/kernel/problems.ts'
import { anEdge, talk } from '../../support/edge.ts'

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
const hello = route({
  method: 'GET',
  path: '/hello',
  summary: '',
  handle: () => ({ text: 'hello' }),
})

test('probes: live, ready, not ready, too slow to say', async (t) => {
  const answers = [() => true, () => false, () => Promise.reject(new Error('down'))]
  let turn = 0
  const parts = { ready: async () => (answers[turn++] ?? (() => new Promise<boolean>(() => {})))() }
  const { get } = await anEdge(t, [], { parts })
  t.is((await get('/health/live')).status, 200)
  t.deepEqual(await (await get('/health/ready')).json(), { status: 'ready' })
  const down = await get('/health/ready')
  t.is(down.status, 503)
  t.deepEqual(await down.json(), { status: 'not-ready' })
  t.is((await get('/health/ready')).status, 503)
  t.is((await get('/health/ready')).status, 503)
})

test('metrics stay inside unless they are asked for', async (t) => {
  const closed = await anEdge(t, [hello])
  t.is((await closed.get('/metrics')).status, 404)
  const open = await anEdge(t, [hello], { env: { PLINTH_METRICS_PUBLIC: 'true' } })
  await open.get('/hello')
  await pause(20)
  const text = await (await open.get('/metrics')).text()
  t.regex(
    text,
    /plinth_http_request_duration_seconds_count\{method="GET",route="\/hello",status="200"\} 1/,
  )
  t.regex(text, /plinth_process_cpu/)
})

test('metrics on a listener of their own, which serves nothing else', async (t) => {
  const port = 20_000 + Math.floor(process.pid % 10_000)
  await anEdge(t, [hello], { env: { PLINTH_METRICS_PORT: String(port) } })
  t.is((await fetch(`http://127.0.0.1:${port}/metrics`)).status, 200)
  t.is((await fetch(`http://127.0.0.1:${port}/hello`)).status, 404)
})

test('a mount has its paths, with our headers and its body untouched; routes come first', async (t) => {
  const mount = {
    paths: ['/engine/', '/.well-known/engine'],
    handle(req: import('node:http').IncomingMessage, res: import('node:http').ServerResponse) {
      let body = ''
      req.on('data', (chunk) => {
        body += chunk
      })
      req.on('end', () => {
        res.statusCode = 203
        res.end(`${req.url} ${body}`)
      })
    },
  }
  const inside = route({
    method: 'GET',
    path: '/engine/ours',
    summary: '',
    handle: () => ({ text: 'ours' }),
  })
  const { get, post, lines } = await anEdge(t, [inside], { parts: { mounts: [mount] } })
  const reply = await post('/engine/token?x=1', 'grant=1', { 'content-type': 'text/strange' })
  t.is(reply.status, 203)
  t.is(await reply.text(), '/engine/token?x=1 grant=1')
  t.is(reply.headers.get('x-content-type-options'), 'nosniff')
  t.is((await get('/.well-known/engine')).status, 203)
  t.is(await (await get('/engine/ours')).text(), 'ours')
  t.is((await get('/engines')).status, 404)
  await pause(20)
  t.true(lines.some((line) => line.includes('"mount /engine/"')))
})

test('a handler may answer by itself', async (t) => {
  const own = route({
    method: 'GET',
    path: '/own',
    summary: '',
    async handle({ raw }) {
      await pause(5)
      raw.res.writeHead(202, { 'x-own': '1' }).end('own')
      return { handled: true }
    },
  })
  const { get } = await anEdge(t, [own])
  const reply = await get('/own')
  t.is(reply.status, 202)
  t.is(await reply.text(), 'own')
})

test('slow headers and slow bodies are cut off', async (t) => {
  const slow = route({
    method: 'POST',
    path: '/slow',
    summary: '',
    accepts: 'json',
    body: z.unknown(),
    handle: () => ({}),
  })
  const env = { PLINTH_HTTP_HEADERS_TIMEOUT_MS: '300', PLINTH_HTTP_REQUEST_TIMEOUT_MS: '600' }
  const { port, get } = await anEdge(t, [slow, hello], { env })
  const started = performance.now()
  const headers = talk(port, 'GET /hello HTTP/1.1\r\nHost: x\r\nX-A: ')
  const body = talk(
    port,
    'POST /slow HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  )
  t.regex(await headers, /^HTTP\/1\.1 408 /)
  await body
  t.true(performance.now() - started < 5_000)
  t.is((await get('/hello')).status, 200)
})

test('too many header bytes, no host, a request that is none', async (t) => {
  const { port } = await anEdge(t, [hello])
  const big = `GET /hello HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`
  t.regex(await talk(port, big), /^HTTP\/1\.1 431 /)
  t.regex(await talk(port, 'GET /hello HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 400 /)
  t.regex(await talk(port, 'NONSENSE\r\n\r\n'), /^HTTP\/1\.1 400 /)
  const smuggled =
    'POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
  t.regex(await talk(port, smuggled), /^HTTP\/1\.1 400 /)
})

test('who asks: the connection, unless as many proxies as we know stand before us', async (t) => {
  const who = route({
    method: 'GET',
    path: '/who',
    summary: '',
    handle: ({ ip }) => ({ text: ip }),
  })
  const forged = { 'x-forwarded-for': '1.1.1.1, 203.0.113.9' }
  const direct = await anEdge(t, [who])
  t.is(await (await direct.get('/who', forged)).text(), '127.0.0.1')
  const behind = await anEdge(t, [who], { env: { PLINTH_HTTP_TRUSTED_PROXY_COUNT: '1' } })
  t.is(await (await behind.get('/who', forged)).text(), '203.0.113.9')
})

test('stopping: requests in flight finish, new connections are refused, idle ones end', async (t) => {
  let begun: () => void = () => {}
  const started = new Promise<void>((resolve) => {
    begun = resolve
  })
  const long = route({
    method: 'GET',
    path: '/long',
    summary: '',
    async handle() {
      begun()
      await pause(300)
      return { text: 'finished' }
    },
  })
  const { url, port, stop } = await anEdge(t, [long])
  const idle = connect(port, '127.0.0.1')
  await once(idle, 'connect')
  const reply = fetch(`${url}/long`)
  await started
  const ended = once(idle, 'close')
  const asked = performance.now()
  const stopped = stop()
  await t.throwsAsync(fetch(`${url}/long`))
  t.is(await (await reply).text(), 'finished')
  await Promise.all([stopped, ended])
  t.true(performance.now() - asked < 5_000)
})

test('stopping does not wait for ever', async (t) => {
  const stuck = route({
    method: 'GET',
    path: '/stuck',
    summary: '',
    handle: () => new Promise(() => {}),
  })
  const env = { PLINTH_HTTP_SHUTDOWN_TIMEOUT_MS: '200' }
  const { url, stop } = await anEdge(t, [stuck], { env })
  const reply = fetch(`${url}/stuck`).catch((error: unknown) => error)
  await pause(50)
  const started = performance.now()
  await stop()
  t.true(performance.now() - started < 2_000)
  t.true((await reply) instanceof Error)
})

test('a port that is taken is said in words', async (t) => {
  const { port } = await anEdge(t, [])
  const error = await t.throwsAsync(listen(createServer(), port, '127.0.0.1'))
  t.is(error instanceof Problem && error.code, 'http.port-taken')
  t.true(error instanceof Problem && String(error.detail.address).endsWith(`:${port}`))
})
