import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { verifyCredential } from '@digitalbazaar/vc'
import test from 'ava'
import { decodeJwt } from 'jose'
import { staticLoader } from '../../../src/issuer/formats/data-integrity/static-loader.ts'
import { statusListLifetimeSeconds } from '../../../src/issuer/parameters.ts'
import { openReservations } from '../../../src/issuer/status/reserve.ts'
import { withIssuer } from '../../support/issuer.ts'
import { statusAt } from '../../support/status-list.ts'

test('a list is cacheable, revalidates, and is signed again at half its life', async (t) => {
  let now = Date.now()
  const { ctx, url } = await withIssuer(t, { now: () => new Date(now) })
  await openReservations(ctx, 131_072)(1)
  const list = `${url}/status-lists/1`
  const first = await fetch(list)
  t.is(first.headers.get('cache-control'), 'public, max-age=30')
  const etag = first.headers.get('etag') ?? ''
  const body = await first.text()
  const claims = decodeJwt(body)
  t.like(claims, { sub: list, ttl: 30, iss: url })
  t.is((claims.exp ?? 0) - (claims.iat ?? 0), statusListLifetimeSeconds)
  const again = await fetch(list, { headers: { 'if-none-match': etag } })
  t.is(again.status, 304)
  t.is(await (await fetch(list)).text(), body)
  now += (statusListLifetimeSeconds / 2) * 1000 + 1000
  const renewed = await fetch(list)
  t.not(await renewed.text(), body)
  t.is(await statusAt(list, 5), 0)
})

test('fifty readers of a changed list cost one signature', async (t) => {
  const { ctx, url } = await withIssuer(t)
  await openReservations(ctx, 131_072)(1)
  const bodies = await Promise.all(
    Array.from({ length: 50 }, async () => (await fetch(`${url}/status-lists/1`)).text()),
  )
  t.is(new Set(bodies).size, 1)
})

test('a key that was rotated is replaced in the list and its successor already published', async (t) => {
  const { ctx, url } = await withIssuer(t)
  await openReservations(ctx, 131_072)(1)
  const list = `${url}/status-lists/1`
  const before = await (await fetch(list)).text()
  await ctx.keys.rotate('status-list')
  t.not((await (await fetch(list)).text()).split('.')[0], before.split('.')[0])
  t.is(await statusAt(list, 5), 0)
})

test('the Bitstring form is a credential that an independent verifier accepts', async (t) => {
  const { ctx, url } = await withIssuer(t)
  await openReservations(ctx, 131_072)(1)
  const response = await fetch(`${url}/status-lists/1/credential`)
  t.is(response.headers.get('content-type'), 'application/vc')
  const credential = (await response.json()) as Record<string, unknown>
  const did = (await (await fetch(`${url}/.well-known/did.json`)).json()) as {
    id: string
    verificationMethod: { id: string }[]
  }
  const contexts = await staticLoader([])
  const result = await verifyCredential({
    credential,
    suite: new DataIntegrityProof({ cryptosuite }),
    documentLoader: async (id) => {
      const method = did.verificationMethod.find((candidate) => candidate.id === id)
      const document = method ?? (id === did.id ? did : undefined)
      return document ? { contextUrl: null, documentUrl: id, document } : contexts(id)
    },
  })
  t.true(result.verified, result.error?.errors?.[0]?.message)
})
