import { createHash, createPublicKey, verify } from 'node:crypto'
import type { ExecutionContext } from 'ava'
import test from 'ava'
import { auditRoutes } from '../../../src/kernel/audit/routes.ts'
import { startServer } from '../../../src/kernel/http/start-server.ts'
import { recordTogether, sequence } from '../../support/audit-log.ts'
import { withContext } from '../../support/context.ts'
import { isConsistent, sha256, treeHash } from '../../support/merkle.ts'

const size = 300

const withServer = async (t: ExecutionContext, leaves: number) => {
  const ctx = await withContext(t)
  if (leaves > 0) await recordTogether(ctx, leaves, (i) => ({ person: `person-${i % 5}` }))
  if (leaves >= 0) await sequence(ctx, leaves)
  const server = await startServer(ctx, {
    routes: auditRoutes(ctx),
    mounts: [],
    ready: async () => true,
  })
  t.teardown(() => server.stop())
  const get = (path: string) => fetch(`${server.url}/log/${path}`)
  const bytes = async (path: string) => {
    const response = await get(path)
    return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined
  }
  return { ctx, get, bytes }
}

test('the resources of C2SP tlog-tiles, and hashes that a stranger computes alike', async (t) => {
  const { get, bytes } = await withServer(t, size)
  const [origin, count, root = ''] = (await (await get('checkpoint')).text()).split('\n')
  t.regex(origin ?? '', /^localhost:\d+\/log$/)
  t.is(count, String(size))
  const bundles = [await bytes('tile/entries/000'), await bytes('tile/entries/001.p/44')]
  const entries = bundles.flatMap((bundle) =>
    Array.from({ length: (bundle?.length ?? 0) / 34 }, (_, i) => {
      t.is(bundle?.readUInt16BE(i * 34), 32)
      return bundle?.subarray(i * 34 + 2, i * 34 + 34) ?? Buffer.alloc(0)
    }),
  )
  t.is(entries.length, size)
  t.is(treeHash(entries).toString('base64'), root)
  const hashes = entries.map((entry) => sha256(Buffer.from([0]), entry))
  t.deepEqual(await bytes('tile/0/000'), Buffer.concat(hashes.slice(0, 256)))
  t.deepEqual(await bytes('tile/0/001.p/44'), Buffer.concat(hashes.slice(256)))
  t.deepEqual(
    await bytes('tile/0/001.p/7'),
    Buffer.concat(hashes.slice(256, 263)),
    'an earlier partial tile',
  )
  t.deepEqual(await bytes('tile/0/000.p/3'), Buffer.concat(hashes.slice(0, 3)))
  t.deepEqual(await bytes('tile/1/000.p/1'), treeHash(entries.slice(0, 256)))
})

test('the checkpoint is a signed note under the keys that /log/key shows', async (t) => {
  const { get } = await withServer(t, 3)
  const note = await (await get('checkpoint')).text()
  const keys = (await (await get('key')).text()).trimEnd().split('\n')
  t.is(keys.length, 2)
  const gap = note.lastIndexOf('\n\n')
  const [text, lines] = [
    note.slice(0, gap + 1),
    note
      .slice(gap + 2)
      .trimEnd()
      .split('\n'),
  ]
  for (const [i, key] of keys.entries()) {
    const [name = '', id, ...rest] = key.split('+')
    const material = Buffer.from(rest.join('+'), 'base64')
    t.is(material[0], 1)
    t.is(
      createHash('sha256').update(`${name}\n`).update(material).digest('hex').slice(0, 8),
      id ?? '',
    )
    const [dash, signer, encoded = ''] = lines[i]?.split(' ') ?? []
    const signature = Buffer.from(encoded, 'base64')
    t.deepEqual([dash, signer, signature.toString('hex', 0, 4)], ['—', name, id])
    const x = material.subarray(1).toString('base64url')
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    t.true(verify(null, Buffer.from(text), publicKey, signature.subarray(4)))
  }
})

test('headers: any origin may read; tiles are for good, the checkpoint is not', async (t) => {
  const { get } = await withServer(t, 3)
  const kinds = [
    ['checkpoint', 'text/plain; charset=utf-8', 'no-cache'],
    ['key', 'text/plain; charset=utf-8', 'no-cache'],
    ['tile/0/000.p/3', 'application/octet-stream', 'public, max-age=31536000, immutable'],
    ['tile/entries/000.p/3', 'application/octet-stream', 'public, max-age=31536000, immutable'],
    ['consistency/1/3', 'application/json; charset=utf-8', 'public, max-age=31536000, immutable'],
  ] as const
  for (const [path, type, caching] of kinds) {
    const { status, headers } = await get(path)
    t.is(status, 200, path)
    t.is(headers.get('content-type'), type, path)
    t.is(headers.get('cache-control'), caching, path)
    t.is(headers.get('access-control-allow-origin'), '*', path)
  }
})

test('consistency proofs verify; sizes that no tree had are not found', async (t) => {
  const { get, bytes } = await withServer(t, 11)
  const bundle = await bytes('tile/entries/000.p/11')
  const entries = Array.from(
    { length: 11 },
    (_, i) => bundle?.subarray(i * 34 + 2, i * 34 + 34) ?? Buffer.alloc(0),
  )
  const { proof } = (await (await get('consistency/6/11')).json()) as { proof: string[] }
  const hashes = proof.map((hash) => Buffer.from(hash, 'base64'))
  t.true(isConsistent(6, 11, treeHash(entries.slice(0, 6)), treeHash(entries), hashes))
  t.is((await get('consistency/6/12')).status, 404)
  t.is((await get('consistency/7/6')).status, 404)
  for (const wrong of [
    '0/6',
    'a/6',
    '-1/6',
    '1e1/11',
    '06/11',
    '99999999999999999/99999999999999999',
  ])
    t.true([400, 404].includes((await get(`consistency/${wrong}`)).status), wrong)
})

test('what the log does not have, or is asked for by another name, is not found', async (t) => {
  const { get } = await withServer(t, 3)
  for (const path of [
    'tile/0/000',
    'tile/0/000.p/4',
    'tile/0/001.p/1',
    'tile/1/000.p/1',
    'tile/entries/000',
    'tile/0/000.p/0',
    'tile/0/000.p/03',
    'tile/0/0',
    'tile/00/000.p/3',
    'tile/64/000.p/3',
    'tile/-1/000.p/3',
    'tile/data/000.p/3',
    'tile/0/x000/000.p/3',
    'tile/0/x001/x001/x001/x001/000',
    'tile/0/%2e%2e/000',
    'tile/0',
    'tile',
    '',
  ]) {
    const response = await get(path)
    t.true([400, 404].includes(response.status), `${path}: ${response.status}`)
    t.false(response.headers.get('cache-control')?.includes('immutable') ?? false, path)
  }
})

test('an empty log has a checkpoint too, and a log that nobody sequences yet has none', async (t) => {
  const empty = await withServer(t, 0)
  const note = await (await empty.get('checkpoint')).text()
  t.is(note.split('\n').slice(1, 3).join(' '), `0 ${createHash('sha256').digest('base64')}`)
  const unopened = await withServer(t, -1)
  const response = await unopened.get('checkpoint')
  t.is(response.status, 404)
  t.like(await response.json(), { code: 'log.no-such-resource' })
})
