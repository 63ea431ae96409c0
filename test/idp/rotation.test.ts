import test from 'ava'
import { decodeProtectedHeader } from 'jose'
import { registerClient } from '#idp'
import { Problem } from '#kernel/problems.ts'
import { openClients } from '../../src/idp/clients/clients.ts'
import { claimTable } from '../../src/idp/provider/claims.ts'
import { startEngine } from '../../src/idp/provider/engine.ts'
import { createSealer } from '../../src/idp/storage/sealed.ts'
import { logIn, withIdp } from '../support/idp.ts'

test('a rotated key signs; what the old one signed still verifies', async (t) => {
  const house = await withIdp(t)
  const [person, other] = house.people
  if (!person || !other) return t.fail()
  const before = await logIn(house, house.rp, person)
  const parts = {
    ...house.ctx,
    clients: await openClients(house.ctx),
    claims: claimTable(house.ctx.country),
    sealer: createSealer(house.ctx),
    onAltered: () => undefined,
  }
  const engine = await startEngine(parts, { redeem: async () => ({ outcome: 'invalid' }) })
  t.teardown(() => engine.stop())
  const old = engine.current()
  t.false(await engine.rotate(), 'nothing changed')
  const { kid } = await house.ctx.keys.rotate('oidc')
  t.true(await engine.rotate())
  t.not(engine.current(), old)
  t.not(kidOf(before.tokens.id_token), kid)
  const { keys } = (await (await fetch(`${house.url}/oidc/jwks`)).json()) as {
    keys: { kid: string }[]
  }
  t.true(keys.some((key) => key.kid === kidOf(before.tokens.id_token)))
})

test('a client that is not acceptable is refused, member by member', async (t) => {
  const house = await withIdp(t)
  const good = {
    client_id: 'c',
    client_name: 'C',
    domain: 'c.example',
    redirect_uris: ['https://c.example/cb'],
    jwks: { keys: [{ kty: 'EC' as const, kid: 'k', crv: 'P-256', x: 'x', y: 'y' }] },
  }
  const cases: Record<string, object> = {
    'redirect_uris.0': { redirect_uris: ['https://*.c.example/cb'] },
    'redirect_uris.0 ': { redirect_uris: ['http://c.example/cb'] },
    'redirect_uris.0  ': { redirect_uris: ['https://c.example/cb#x'] },
    'redirect_uris.0   ': { redirect_uris: ['custom:cb'] },
    'jwks.keys.0': { jwks: { keys: [{ kty: 'EC', kid: 'k', d: 'secret' }] } },
    'jwks.keys.0.kty': { jwks: { keys: [{ kty: 'oct', kid: 'k', k: 'x' }] } },
    client_id: { client_id: 'with space' },
    token_endpoint_auth_signing_alg: { token_endpoint_auth_signing_alg: 'HS256' },
  }
  for (const [member, change] of Object.entries(cases)) {
    const refused = await t.throwsAsync(
      registerClient(house.ctx, { ...good, ...change } as Parameters<typeof registerClient>[1]),
      { instanceOf: Problem },
    )
    t.is(refused?.code, 'client.invalid')
    t.deepEqual(refused?.detail.members, [member.trim()])
  }
  t.truthy(await registerClient(house.ctx, { ...good, redirect_uris: ['http://localhost:1/cb'] }))
})

const kidOf = (jwt: string | undefined): string | undefined => decodeProtectedHeader(jwt ?? '').kid
