/** Over real HTTP, with packets made by jose: each refused under its own code, nothing stored. */
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import test, { type ExecutionContext } from 'ava'
import { type JWK, UnsecuredJWT } from 'jose'
import { row, transaction } from '../../../src/kernel/db/db.ts'
import { revokeOperatorKey } from '../../../src/registry/staff/staff.ts'
import {
  anIdentity,
  anOperator,
  aPacket,
  aSignedContent,
  aSigningKey,
  type PacketParts,
  problemCode,
  type Registry,
  ridOf,
  sealJws,
  withRegistry,
} from '../../support/registry.ts'

const nowhere = async (t: ExecutionContext, { ctx }: Registry): Promise<void> => {
  for (const table of ['packet', 'packet_seal', 'job', 'audit_leaf']) {
    const found = await row<{ n: number }>(ctx.db, `SELECT COUNT(*) AS n FROM ${table}`)
    t.is(Number(found?.n), 0, `${table} holds something`)
  }
}

const refused = async (
  t: ExecutionContext,
  registry: Registry,
  sealed: string | Uint8Array,
  status: number,
  code: string,
): Promise<void> => {
  const answer = await registry.post(sealed)
  t.is(answer.status, status, code)
  t.is(await problemCode(answer), code)
  await nowhere(t, registry)
}

const aStrangersKey = (): JWK & { kid: string } => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { ...(publicKey.export({ format: 'jwk' }) as JWK), kid: 'stranger' }
}

/** Base64url text with the bits of one byte turned. */
const altered = (text: string, at: number): string => {
  const bytes = Buffer.from(text, 'base64url')
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  return bytes.toString('base64url')
}

test('what is no compact JWE', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const short = [
    '',
    'hello',
    'a.b.c.d',
    'a.b.c.d.e.f',
    '....',
    '{"ciphertext":"x"}',
    '\u0000\u0001',
  ]
  for (const text of short) await refused(t, registry, text, 400, 'packet.malformed')
})

test('wrong key: sealed for a stranger, or under our kid for a stranger', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const stranger = aStrangersKey()
  const sealed = await aPacket(registry, { intake: stranger })
  await refused(t, registry, sealed, 400, 'packet.wrong-key')
  const underOurName = await aPacket(registry, {
    intake: { ...stranger, kid: registry.intake.kid },
  })
  await refused(t, registry, underOurName, 422, 'packet.seal-broken')
})

test('altered: any one byte of header, nonce, content or tag', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const parts = (await aPacket(registry)).split('.')
  const codes = new Set<string>()
  for (const [index, part] of parts.entries()) {
    if (part === '') continue
    const length = Buffer.from(part, 'base64url').length
    for (const at of [0, Math.floor(length / 2), length - 1]) {
      const sealed = parts.with(index, altered(part, at)).join('.')
      const answer = await registry.post(sealed)
      t.true([400, 422].includes(answer.status), `part ${index} byte ${at}: ${answer.status}`)
      codes.add(await problemCode(answer))
    }
  }
  t.true(codes.has('packet.seal-broken'))
  await nowhere(t, registry)
})

test('a second spelling of the same bytes is refused, not taken for another packet', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const sealed = await aPacket(registry)
  // The tag's 16 bytes leave two spare bits in its last character.
  const last = sealed.at(-1) ?? ''
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const twin = sealed.slice(0, -1) + alphabet[alphabet.indexOf(last) + 1]
  t.deepEqual(
    Buffer.from(twin.split('.')[4] ?? '', 'base64url'),
    Buffer.from(sealed.split('.')[4] ?? '', 'base64url'),
  )
  await refused(t, registry, twin, 400, 'packet.malformed')
})

test('too large: announced, and streamed without a length', async (t) => {
  const env = { PLINTH_REGISTRY_PACKET_BYTES_MAX: '65536' }
  const registry = await withRegistry(t, { workers: false, env })
  await refused(t, registry, 'x'.repeat(65_537), 413, 'packet.too-large')
  const photo = { type: 'image/jpeg', data: Buffer.alloc(60_000, 1) }
  await refused(t, registry, await aPacket(registry, { photo }), 413, 'packet.too-large')
  const stream = new ReadableStream({
    start(controller) {
      for (let i = 0; i < 40; i++) controller.enqueue(Buffer.alloc(4096, 97))
      controller.close()
    },
  })
  const init = { method: 'POST', body: stream, duplex: 'half' } as RequestInit
  const answer = await fetch(`${registry.url}/packets`, init)
  t.is(answer.status, 413)
  t.is(await problemCode(answer), 'packet.too-large')
  await nowhere(t, registry)
})

test('zip bomb: a compressed JWE, and a compressed HTTP body', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const bomb = await aPacket(registry, { jweHeader: {} })
  const [header = '', ...rest] = bomb.split('.')
  const zipped = { ...JSON.parse(Buffer.from(header, 'base64url').toString()), zip: 'DEF' }
  const sealed = [Buffer.from(JSON.stringify(zipped)).toString('base64url'), ...rest].join('.')
  await refused(t, registry, sealed, 400, 'packet.compressed')
  const answer = await fetch(`${registry.url}/packets`, {
    method: 'POST',
    headers: { 'content-encoding': 'deflate' },
    body: deflateRawSync(Buffer.alloc(1_000_000)) as BodyInit,
  })
  t.is(answer.status, 415)
  await nowhere(t, registry)
})

test('JSON bombs: nested, wide, polluting', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const raw = (text: string) => sealRaw(registry, text)
  await refused(t, registry, await raw('['.repeat(100_000)), 422, 'packet.too-complex')
  await refused(t, registry, await raw('{"a":'.repeat(500)), 422, 'packet.too-complex')
  await refused(t, registry, await raw(`[${'0,'.repeat(100_000)}0]`), 422, 'packet.too-complex')
  await refused(t, registry, await raw('not json'), 422, 'packet.content-invalid')
  await refused(t, registry, await raw('"text"'), 422, 'packet.content-invalid')
  await refused(t, registry, await raw('null'), 422, 'packet.content-invalid')
  await refused(
    t,
    registry,
    await raw('{"__proto__":{"version":1}}'),
    422,
    'packet.content-invalid',
  )
})

test('a member twice: two readers would read two packets', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const jws = await aSignedContent(registry, { identity: anIdentity() })
  const [header = '', payload = '', signature = ''] = jws.split('.')
  const twice = (text: string, member: string) =>
    Buffer.from(text, 'base64url').toString().replace('{', `{${member},`)
  const content = await sealRaw(registry, twice(payload, '"operator":"another"'))
  await refused(t, registry, content, 422, 'packet.content-invalid')
  const head = Buffer.from(twice(header, '"alg":"none"')).toString('base64url')
  const signed = await sealJws(registry, `${head}.${payload}.${signature}`)
  await refused(t, registry, signed, 422, 'packet.unsigned')
  const [sealedHeader = '', ...rest] = (await aPacket(registry)).split('.')
  const outer = Buffer.from(twice(sealedHeader, '"enc":"A128GCM"')).toString('base64url')
  await refused(t, registry, [outer, ...rest].join('.'), 400, 'packet.malformed')
})

test('content that is not a packet names the members, never their values', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const cases: [changes: Record<string, unknown>, member: string][] = [
    [{ version: 2 }, 'version'],
    [{ version: undefined }, 'version'],
    [{ packetId: 'secret-value' }, 'packetId'],
    [{ packetId: '1'.repeat(28) }, 'packetId'],
    [{ createdAt: 'yesterday' }, 'createdAt'],
    [{ operator: '' }, 'operator'],
    [{ centre: 7 }, 'centre'],
    [{ identity: [] }, 'identity'],
    [{ photo: { type: 'image/gif', data: 'AAAA' } }, 'photo'],
    [{ photo: { type: 'image/jpeg', data: '§§' } }, 'photo'],
    [{ photo: { type: 'image/jpeg', data: 'AAAA', more: 1 } }, 'photo'],
    [{ photo: undefined }, 'photo'],
  ]
  for (const [content, member] of cases) {
    const answer = await registry.post(await aPacket(registry, { content }))
    const body = (await answer.json()) as { code: string; members: string[] }
    t.is(answer.status, 422, member)
    t.is(body.code, 'packet.content-invalid')
    t.deepEqual(body.members, [member])
    t.false(JSON.stringify(body).includes('secret-value'))
  }
  const extra = await aPacket(registry, { content: { officer: 'x' } })
  await refused(t, registry, extra, 422, 'packet.content-invalid')
})

test('signatures: none, foreign, of another kind, over something else', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const sealed = (jws: string) => sealJws(registry, jws)
  const content: PacketParts = { identity: anIdentity() }
  const jws = await aSignedContent(registry, content)
  const [header = '', payload = '', signature = ''] = jws.split('.')

  const none = new UnsecuredJWT({ sub: 'x' }).encode()
  await refused(t, registry, await sealed(none), 422, 'packet.unsigned')
  await refused(t, registry, await sealed(`${header}.${payload}.`), 422, 'packet.signature-invalid')
  await refused(t, registry, await sealed('plain text'), 422, 'packet.unsigned')
  const hmac = Buffer.from(
    JSON.stringify({ alg: 'HS256', kid: registry.operator.jwk.kid, typ: 'plinth-packet+jws' }),
  )
  const confused = `${hmac.toString('base64url')}.${payload}.${signature}`
  await refused(t, registry, await sealed(confused), 422, 'packet.unsigned')

  const untyped = await aPacket(registry, { jwsHeader: { typ: 'JWT' } })
  await refused(t, registry, untyped, 422, 'packet.unsigned')
  const stranger = await aPacket(registry, { signer: aSigningKey() })
  await refused(t, registry, stranger, 422, 'packet.unknown-signer')
  const kid = registry.operator.jwk.kid
  const forged = await aPacket(registry, { signer: { ...aSigningKey(), kid } })
  await refused(t, registry, forged, 422, 'packet.signature-invalid')
  const other = Buffer.from(JSON.stringify({ version: 1 })).toString('base64url')
  const swapped = `${header}.${other}.${signature}`
  await refused(t, registry, await sealed(swapped), 422, 'packet.signature-invalid')
})

test('an operator signs for himself alone, and only while his key holds', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const colleague = await anOperator(registry.ctx)
  const borrowed = await aPacket(registry, { content: { operator: colleague.id } })
  await refused(t, registry, borrowed, 422, 'packet.operator-mismatch')
  const { kid } = registry.operator.jwk
  await transaction(registry.ctx, (tx) => revokeOperatorKey(registry.ctx, tx, kid))
  await refused(t, registry, await aPacket(registry), 422, 'packet.unknown-signer')
})

test('algorithms that we did not publish', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const [, ...rest] = (await aPacket(registry)).split('.')
  const epk = { kty: 'EC', crv: 'P-256', x: 'A'.repeat(43), y: 'A'.repeat(43) }
  const { kid } = registry.intake
  const headers: [header: object, code: string][] = [
    [{ alg: 'dir', enc: 'A256GCM', kid }, 'packet.unsupported-algorithm'],
    [{ alg: 'RSA1_5', enc: 'A256GCM', kid }, 'packet.unsupported-algorithm'],
    [{ alg: 'ECDH-ES', enc: 'A128CBC-HS256', kid }, 'packet.unsupported-algorithm'],
    // A point that is not on the curve would give the private key away, bit by bit.
    [{ alg: 'ECDH-ES', enc: 'A256GCM', kid, epk }, 'packet.malformed'],
    [{ alg: 'ECDH-ES', enc: 'A256GCM', kid, epk: { kty: 'oct', k: 'AAAA' } }, 'packet.malformed'],
    [{ alg: 'ECDH-ES', enc: 'A256GCM', kid, crit: ['exp'], exp: 1 }, 'packet.malformed'],
  ]
  for (const [header, code] of headers) {
    const head = Buffer.from(JSON.stringify(header)).toString('base64url')
    await refused(t, registry, [head, ...rest].join('.'), 400, code)
  }
})

test('created in the future', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const createdAt = new Date(Date.now() + 25 * 3_600_000).toISOString()
  const sealed = await aPacket(registry, { content: { createdAt } })
  await refused(t, registry, sealed, 422, 'packet.from-the-future')
})

test('replayed: the same bytes give the same RID, other bytes under the packetId are refused', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const packetId = randomUUID()
  const sealed = await aPacket(registry, { content: { packetId } })
  const first = await registry.post(sealed)
  t.is(first.status, 202)
  const location = first.headers.get('location')
  const rid = await ridOf(first)
  t.is(location, `/packets/${rid}`)
  const again = await registry.post(sealed)
  t.is(again.status, 200)
  t.deepEqual(await again.json(), { rid, repeated: true })
  const other = await registry.post(await aPacket(registry, { content: { packetId } }))
  t.is(other.status, 409)
  t.is(await problemCode(other), 'packet.replayed')
  const count = await row<{ n: number }>(registry.ctx.db, 'SELECT COUNT(*) AS n FROM packet')
  t.is(Number(count?.n), 1)
})

test("a packetId of MOSIP's form is taken", async (t) => {
  const registry = await withRegistry(t, { workers: false })
  const packetId = '10001100010000120261122174100'
  const answer = await registry.post(await aPacket(registry, { content: { packetId } }))
  t.is(answer.status, 202)
})

test('tracking an unknown number', async (t) => {
  const registry = await withRegistry(t, { workers: false })
  for (const rid of ['0000000000000000', 'x', 'ABCDEFGHJKMNPQR7', '%00']) {
    const answer = await fetch(`${registry.url}/packets/${rid}`)
    t.is(answer.status, 404, rid)
    t.is(await problemCode(answer), 'packet.unknown')
  }
})

/** Any text as the signed payload. */
async function sealRaw(registry: Registry, text: string): Promise<string> {
  const { CompactSign, importJWK } = await import('jose')
  const { jwk } = registry.operator
  const jws = await new CompactSign(Buffer.from(text))
    .setProtectedHeader({ alg: 'ES256', kid: jwk.kid, typ: 'plinth-packet+jws' })
    .sign(await importJWK(jwk, 'ES256'))
  return sealJws(registry, jws)
}
