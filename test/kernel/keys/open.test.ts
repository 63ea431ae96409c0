import { createPublicKey, verify } from 'node:crypto'
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { calculateJwkThumbprint } from 'jose'
import { type KeyInfo, type Purpose, purposes } from '../../../src/kernel/keys/keys.ts'
import type { KeyStoreOptions } from '../../../src/kernel/keys/open.ts'
import { withKeyStore } from '../../support/key-store.ts'
import { dataFolder } from '../../support/servers.ts'

const all = Object.keys(purposes) as Purpose[]
const using = (use: string) => all.filter((purpose) => purposes[purpose].use === use)
const bytes = Buffer.from('to be signed')
const masterSecret = Buffer.alloc(32, 7).toString('base64url')

const verifies = (key: KeyInfo, signature: Uint8Array): boolean =>
  verify(
    key.alg === 'EdDSA' ? null : 'sha256',
    bytes,
    {
      key: createPublicKey({ key: { ...key.publicJwk }, format: 'jwk' }),
      dsaEncoding: 'ieee-p1363',
    },
    signature,
  )

test('a purpose has no key before its first use', async (t) => {
  const keys = await withKeyStore(t)
  t.deepEqual(await keys.list('oidc'), [])
  const active = await keys.active('oidc')
  t.is(active.state, 'active')
  t.deepEqual(
    (await keys.list('oidc')).map(({ state }) => state),
    ['active', 'next'],
  )
  t.deepEqual(await keys.list('status-list'), [])
})

for (const purpose of using('sign')) {
  test(`${purpose} signs in the JOSE form, by its active and its next key`, async (t) => {
    const keys = await withKeyStore(t)
    await keys.active(purpose)
    for (const key of await keys.list(purpose)) {
      const signature = await keys.sign(key.kid, bytes)
      t.is(signature.length, 64)
      t.true(verifies(key, signature))
      t.is(key.publicJwk?.use, 'sig')
      t.is(key.publicJwk?.alg, purposes[purpose].alg)
    }
  })
}

test('a key id is the RFC 7638 thumbprint, and a public key shows no private member', async (t) => {
  const keys = await withKeyStore(t)
  for (const purpose of [...using('sign'), ...using('decrypt')]) {
    const { kid, publicJwk } = await keys.active(purpose)
    t.is(kid, await calculateJwkThumbprint({ ...publicJwk, kty: publicJwk?.kty ?? '' }))
    for (const secret of ['d', 'k', 'p', 'q', 'dp', 'dq', 'qi'])
      t.false(secret in (publicJwk ?? {}))
  }
  for (const purpose of using('wrap')) t.is((await keys.active(purpose)).publicJwk, undefined)
})

test('a call against the purpose of a key is refused', async (t) => {
  const keys = await withKeyStore(t)
  const wrapped = { iv: Buffer.alloc(12), ciphertext: Buffer.alloc(32), tag: Buffer.alloc(16) }
  const jwe = { alg: 'ECDH-ES', enc: 'A256GCM' } as const
  for (const purpose of all) {
    const { kid } = await keys.active(purpose)
    const calls = {
      sign: () => keys.sign(kid, bytes),
      wrap: () => keys.wrap(kid, Buffer.alloc(32), bytes),
      unwrap: () => keys.unwrap({ kid, ...wrapped }, bytes),
      decrypt: () => keys.decryptKey(kid, jwe),
    }
    for (const [use, call] of Object.entries(calls)) {
      if (use === purposes[purpose].use || (use === 'unwrap' && purposes[purpose].use === 'wrap'))
        continue
      await t.throwsAsync(call, { code: 'keys.wrong-purpose' }, `${use} with ${purpose}`)
    }
  }
})

test('private keys leave for the OpenID engine only', async (t) => {
  const keys = await withKeyStore(t)
  const jwks = await keys.privateJwks('oidc')
  t.deepEqual(
    jwks.map(({ kid, alg, use, kty }) => ({ kid, alg, use, kty })),
    (await keys.list('oidc')).map(({ kid }) => ({ kid, alg: 'ES256', use: 'sig', kty: 'EC' })),
  )
  t.true(jwks.every(({ d }) => typeof d === 'string'))
  const other = 'credential-sd-jwt' as 'oidc'
  await t.throwsAsync(() => keys.privateJwks(other), { code: 'keys.wrong-purpose' })
})

test('an unknown key id is refused', async (t) => {
  const keys = await withKeyStore(t)
  await t.throwsAsync(() => keys.sign('no-such-key', bytes), { code: 'keys.unknown-kid' })
})

test('rotation promotes the next key; the retired one signs a minute more, then never', async (t) => {
  let now = new Date('2030-01-01T00:00:00Z')
  const keys = await withKeyStore(t, { now: () => now })
  const first = await keys.active('oidc')
  const [, next] = await keys.list('oidc')
  now = new Date('2030-02-01T00:00:00Z')
  const second = await keys.rotate('oidc')
  t.deepEqual([second.kid], [next?.kid])
  t.is(second.state, 'active')
  t.deepEqual(second.notBefore, now)
  const listed = await keys.list('oidc')
  t.deepEqual(
    listed.map(({ state }) => state),
    ['active', 'next', 'retired'],
  )
  t.is(listed[2]?.kid, first.kid)
  t.deepEqual(listed[2]?.notAfter, now)
  now = new Date(now.getTime() + 60_000)
  t.true(verifies(first, await keys.sign(first.kid, bytes)))
  now = new Date(now.getTime() + 1)
  await t.throwsAsync(() => keys.sign(first.kid, bytes), { code: 'keys.retired' })
  t.true(verifies(second, await keys.sign(second.kid, bytes)))
})

test('what was wrapped opens after any number of rotations, bound to its data', async (t) => {
  const keys = await withKeyStore(t)
  const dek = Buffer.alloc(32, 1)
  const { kid } = await keys.active('data')
  const wrapped = await keys.wrap(kid, dek, Buffer.from('here'))
  for (let i = 0; i < 3; i++) t.not((await keys.rotate('data')).kid, kid)
  t.deepEqual(Buffer.from(await keys.unwrap(wrapped, Buffer.from('here'))), dek)
  const refused = { code: 'keys.undecipherable' }
  await t.throwsAsync(() => keys.unwrap(wrapped, Buffer.from('there')), refused)
  const altered = Buffer.from(wrapped.ciphertext)
  altered[0] = (altered[0] ?? 0) ^ 1
  await t.throwsAsync(
    () => keys.unwrap({ ...wrapped, ciphertext: altered }, Buffer.from('here')),
    refused,
  )
})

test('keys survive a restart; the file is for its owner and shows nothing', async (t) => {
  const dataDir = dataFolder(t)
  const before = await withKeyStore(t, { dataDir })
  const { kid } = await before.active('oidc')
  const [jwk] = await before.privateJwks('oidc')
  await before.close()
  const after = await withKeyStore(t, { dataDir })
  t.is((await after.active('oidc')).kid, kid)
  const file = readFileSync(join(dataDir, 'keys.json'), 'utf8')
  t.false(file.includes(jwk?.d ?? ''))
  t.false(file.includes('oidc'))
  for (const name of ['keys.json', 'master-secret'])
    t.is(statSync(join(dataDir, name)).mode & 0o777, 0o600, name)
  const drafts = readdirSync(dataDir).filter((name) =>
    /^(keys\.json|master-secret)\.[0-9a-f]/.test(name),
  )
  t.deepEqual(drafts, [])
})

test('eight stores on one file make one key between them, and lose no rotation', async (t) => {
  const dataDir = dataFolder(t)
  const stores = await Promise.all(Array.from({ length: 8 }, () => withKeyStore(t, { dataDir })))
  const [a, b] = stores
  if (!a || !b) return t.fail()
  const made = await Promise.all(stores.map((store) => store.active('credential-sd-jwt')))
  t.is(new Set(made.map(({ kid }) => kid)).size, 1)
  await Promise.all(stores.map((store) => store.rotate('status-list')))
  const states = (await (await withKeyStore(t, { dataDir })).list('status-list')).map(
    ({ state }) => state,
  )
  t.deepEqual(states, ['active', 'next', ...Array(8).fill('retired')], 'no rotation was lost')
  await a.rotate('status-list')
  // b has not looked yet; a key it does not know makes it look
  const [, next] = await a.list('status-list')
  t.is((await b.sign(next?.kid ?? '', bytes)).length, 64)
})

test('another process’s rotation is seen within a second or so', async (t) => {
  const dataDir = dataFolder(t)
  const a = await withKeyStore(t, { dataDir })
  await a.active('oidc')
  const b = await withKeyStore(t, { dataDir })
  const { kid } = await a.rotate('oidc')
  const end = performance.now() + 3000
  while ((await b.active('oidc')).kid !== kid && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 50))
  t.is((await b.active('oidc')).kid, kid)
})

test('a key that another process made in this second is listed when somebody used it', async (t) => {
  const dataDir = dataFolder(t)
  const a = await withKeyStore(t, { dataDir })
  const b = await withKeyStore(t, { dataDir })
  const { kid } = await a.active('packet-intake')
  t.deepEqual(await b.list('packet-intake'), [], 'b has not looked yet')
  t.like(await b.list('packet-intake', kid), [{ kid }])
})

const refusals: readonly [string, string, Partial<KeyStoreOptions>][] = [
  [
    'a missing master secret in production',
    'keys.master-secret-missing',
    { profile: 'production', allowFileInProduction: true },
  ],
  [
    'the file back end in production',
    'keys.file-in-production',
    { profile: 'production', masterSecret },
  ],
  ['a short master secret', 'keys.master-secret-invalid', { masterSecret: 'AAAA' }],
  [
    'a master secret that is not base64url',
    'keys.master-secret-invalid',
    { masterSecret: `${masterSecret.slice(0, -1)}+` },
  ],
]
for (const [what, code, options] of refusals)
  test(`${what} is refused`, async (t) => {
    await t.throwsAsync(() => withKeyStore(t, options), { code })
  })

test('production opens with a master secret where it accepts a file, and makes none of its own', async (t) => {
  const dataDir = dataFolder(t)
  const keys = await withKeyStore(t, {
    dataDir,
    profile: 'production',
    masterSecret,
    allowFileInProduction: true,
  })
  t.is((await keys.active('oidc')).state, 'active')
  t.false(readdirSync(dataDir).includes('master-secret'))
})

test('another master secret does not open the file', async (t) => {
  const dataDir = dataFolder(t)
  await (await withKeyStore(t, { dataDir, masterSecret })).active('oidc')
  const other = Buffer.alloc(32, 8).toString('base64url')
  await t.throwsAsync(() => withKeyStore(t, { dataDir, masterSecret: other }), {
    code: 'keys.unreadable',
  })
})

test('a changed byte anywhere in the file is refused, and never overwritten', async (t) => {
  const dataDir = dataFolder(t)
  const path = join(dataDir, 'keys.json')
  await (await withKeyStore(t, { dataDir, masterSecret })).active('data')
  const whole = readFileSync(path)
  chmodSync(path, 0o600)
  const content = JSON.parse(whole.toString()) as Record<string, string>
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('format', 'salt', 'iv', 'ciphertext', 'tag'),
      fc.nat(),
      async (member, at) => {
        const text = Buffer.from(content[member] ?? '', 'base64url')
        text[at % text.length] = (text[at % text.length] ?? 0) ^ (1 << (at % 8))
        const altered = JSON.stringify({ ...content, [member]: text.toString('base64url') })
        writeFileSync(path, altered)
        await t.throwsAsync(() => withKeyStore(t, { dataDir, masterSecret }), {
          code: 'keys.unreadable',
        })
        return readFileSync(path, 'utf8') === altered
      },
    ),
    { numRuns: 40 },
  )
  writeFileSync(path, whole.subarray(0, whole.length / 2))
  await t.throwsAsync(() => withKeyStore(t, { dataDir, masterSecret }), { code: 'keys.unreadable' })
  writeFileSync(path, whole)
  await t.notThrowsAsync(() => withKeyStore(t, { dataDir, masterSecret }))
})
