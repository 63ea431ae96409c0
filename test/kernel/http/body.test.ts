import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import fc from 'fast-check'
import { z } from 'zod'
import { route } from '../../../src/kernel/http/http.ts'
import { parseJson } from '../../../src/kernel/http/json.ts'
import { jsonDepthMax, jsonMembersMax } from '../../../src/kernel/http/parameters.ts'
import { Problem } from '../../../src/kernel/problems.ts'
import { anEdge, talk } from '../../support/edge.ts'

const file = z.object({ note: z.string(), photo: z.instanceof(File) })
const routes = [
  route({
    method: 'POST',
    path: '/json',
    summary: '',
    accepts: 'json',
    limitBytes: 50_000,
    body: z.unknown(),
    handle: ({ body }) => ({ json: { body } }),
  }),
  route({
    method: 'POST',
    path: '/form',
    summary: '',
    accepts: 'form',
    body: z.record(z.string(), z.unknown()),
    handle: ({ body }) => ({ json: body }),
  }),
  route({
    method: 'POST',
    path: '/bytes',
    summary: '',
    accepts: 'bytes',
    limitBytes: 1000,
    body: z.instanceof(Buffer),
    handle: ({ body }) => ({ json: body.length }),
  }),
  route({
    method: 'POST',
    path: '/file',
    summary: '',
    accepts: 'multipart',
    body: file,
    handle: async ({ body }) => ({
      json: [
        body.note,
        body.photo.name,
        Buffer.from(await body.photo.arrayBuffer()).toString('hex'),
      ],
    }),
  }),
  route({ method: 'POST', path: '/none', summary: '', handle: () => ({ json: 'ok' }) }),
]
const json = { 'content-type': 'application/json' }
const codeOf = async (reply: Response) => {
  const told = await reply.json()
  return `${reply.status} ${told.code}`
}

test('each kind of body arrives as what it is', async (t) => {
  const { post } = await anEdge(t, routes)
  t.deepEqual(await (await post('/json', '{"a":["é",1]}', json)).json(), { body: { a: ['é', 1] } })
  t.is(
    (await post('/json', '1', { 'content-type': 'application/vc+json; charset=utf-8' })).status,
    200,
  )
  const form = new URLSearchParams([
    ['a', '1'],
    ['b', 'x y'],
    ['a', '2'],
  ])
  t.deepEqual(await (await post('/form', form)).json(), { a: ['1', '2'], b: 'x y' })
  t.is(await (await post('/bytes', new Uint8Array(999))).json(), 999)
  const data = new FormData()
  data.set('note', 'ليلى')
  data.set('photo', new File([new Uint8Array([0, 13, 10, 255])], 'a.png', { type: 'image/png' }))
  t.deepEqual(await (await post('/file', data)).json(), ['ليلى', 'a.png', '000d0aff'])
})

test('the wrong media type, a compressed body, a body that nobody asked for', async (t) => {
  const { post } = await anEdge(t, routes)
  t.is(
    await codeOf(await post('/json', '{}', { 'content-type': 'text/plain' })),
    '415 http.media-type',
  )
  t.is(await codeOf(await post('/form', '{}', json)), '415 http.media-type')
  const zipped = { ...json, 'content-encoding': 'gzip' }
  t.is(await codeOf(await post('/json', gzipSync('{}'), zipped)), '415 http.content-encoding')
  t.is(await codeOf(await post('/none', 'x')), '415 http.body-unexpected')
  t.is((await post('/none', '')).status, 200)
})

test('what is no JSON, no UTF-8, no multipart', async (t) => {
  const { post } = await anEdge(t, routes)
  const reply = await post('/json', '{"name":"Layla', json)
  t.is(reply.status, 400)
  t.notRegex(await reply.text(), /Layla/)
  t.is(
    await codeOf(await post('/json', Buffer.from([0x22, 0xff, 0x22]), json)),
    '400 http.body-malformed',
  )
  const multipart = { 'content-type': 'multipart/form-data; boundary=x' }
  t.is(await codeOf(await post('/file', 'nonsense', multipart)), '400 http.body-malformed')
  t.is(
    await codeOf(await post('/file', 'x', { 'content-type': 'multipart/form-data' })),
    '400 http.body-malformed',
  )
})

test('an object that names a member twice', async (t) => {
  const { post } = await anEdge(t, routes)
  const twice = '{"verdict":"unique","reason":{},"verdict":"duplicate"}'
  t.is(await codeOf(await post('/json', twice, json)), '400 http.body-ambiguous')
})

test('bodies that are larger inside than outside', async (t) => {
  const { post } = await anEdge(t, routes)
  const deep = '['.repeat(jsonDepthMax + 1) + ']'.repeat(jsonDepthMax + 1)
  t.is(await codeOf(await post('/json', deep, json)), '400 http.body-too-complex')
  const wide = `[${'1,'.repeat(jsonMembersMax)}1]`
  t.is(await codeOf(await post('/json', wide, json)), '400 http.body-too-complex')
  t.is(
    await codeOf(await post('/form', new URLSearchParams('a&'.repeat(600)))),
    '400 http.body-too-complex',
  )
  const data = new FormData()
  for (let n = 0; n < 101; n++) data.append('a', '')
  t.is(await codeOf(await post('/file', data)), '400 http.body-too-complex')
})

test('a body above the limit is refused by its length, or as soon as it grows past it', async (t) => {
  const { post, port } = await anEdge(t, routes)
  const large = await post('/bytes', new Uint8Array(1001))
  t.is(large.status, 413)
  t.like(await large.json(), { code: 'http.body-too-large', limitBytes: 1000 })
  const head = 'POST /bytes HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n'
  const chunk = `400\r\n${'x'.repeat(1024)}\r\n`
  // The end never comes: the answer must not wait for it.
  const answer = await talk(port, head, chunk, chunk)
  t.regex(answer, /^HTTP\/1\.1 413 /)
  t.regex(answer, /http\.body-too-large/)
})

test('whoever goes on sending after a refusal is listened to, and reads it', async (t) => {
  const { port } = await anEdge(t, routes)
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  t.teardown(() => socket.destroy())
  const heard = async () =>
    String((await once(socket, 'data', { signal: AbortSignal.timeout(5_000) }))[0])
  socket.write('POST /bytes HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n')
  t.regex(await heard(), /^HTTP\/1\.1 413 /)
  socket.write(Buffer.alloc(100_000))
  await setTimeout(100)
  socket.write(Buffer.alloc(400_000))
  socket.write('POST /none HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n')
  t.regex(await heard(), /^HTTP\/1\.1 200 /)
})

test('forms of another site are refused, ours and those of programs are not', async (t) => {
  const { post, ctx } = await anEdge(t, routes)
  const send = (headers: Record<string, string>) =>
    post('/form', new URLSearchParams('a=1'), headers)
  for (const site of ['cross-site', 'same-site'])
    t.is(await codeOf(await send({ 'sec-fetch-site': site })), '403 http.other-origin')
  t.is(await codeOf(await send({ origin: 'https://evil.example' })), '403 http.other-origin')
  t.is(await codeOf(await send({ origin: 'null' })), '403 http.other-origin')
  t.is((await send({ 'sec-fetch-site': 'same-origin' })).status, 200)
  t.is((await send({ origin: ctx.config.server.publicUrl })).status, 200)
  t.is((await send({})).status, 200)
})

test('the bounds of JSON: strings do not count, and what passes is what JSON.parse says', (t) => {
  t.is(parseJson('"[[[[,,,,"'), '[[[[,,,,')
  t.deepEqual(parseJson(JSON.stringify({ a: '\\"['.repeat(9000) })), { a: '\\"['.repeat(9000) })
  const values = fc.jsonValue({ maxDepth: 8 })
  fc.assert(
    fc.property(values, (value) => {
      const text = JSON.stringify(value)
      t.deepEqual(parseJson(text), JSON.parse(text))
    }),
  )
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', '1') }),
      (text) => {
        try {
          parseJson(text)
        } catch (error) {
          t.true(error instanceof Problem)
        }
      },
    ),
  )
})
