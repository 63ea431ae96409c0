import test from 'ava'
import { resolveKeyUrl } from '../../../src/issuer/did/resolve.ts'
import { withIssuer } from '../../support/issuer.ts'

test('public documents: each says who it is, to any origin', async (t) => {
  const { url } = await withIssuer(t)
  const get = async (path: string, type: string) => {
    const response = await fetch(url + path, { headers: { origin: 'https://wallet.example' } })
    t.is(response.status, 200, path)
    t.is(response.headers.get('access-control-allow-origin'), '*', path)
    t.true((response.headers.get('content-type') ?? '').startsWith(type), path)
    return (await response.json()) as Record<string, unknown>
  }
  const metadata = await get('/.well-known/openid-credential-issuer', 'application/json')
  t.is(metadata.credential_issuer, url)
  t.false('authorization_servers' in metadata, 'the issuer is its own authorization server')
  const keys = await get('/.well-known/jwt-vc-issuer', 'application/json')
  t.is(keys.issuer, url)
  const published = (keys.jwks as { keys: Record<string, string>[] }).keys
  t.true(published.length >= 4, 'two purposes, each with its successor')
  for (const key of published) t.false('d' in key)
  const did = await get('/.well-known/did.json', 'application/json')
  t.is(did.id, `did:web:${encodeURIComponent(new URL(url).host)}`)
  const [method] = did.verificationMethod as { publicKeyMultibase: string }[]
  const multibase = method?.publicKeyMultibase
  t.is((await resolveKeyUrl(`did:key:${multibase}#${multibase}`))?.alg, 'EdDSA')
  const type = await get('/credentials/types/national-id/v1', 'application/json')
  t.is(type.vct, `${url}/credentials/types/national-id/v1`)
  const context = await get('/credentials/contexts/national-id-ldp', 'application/ld+json')
  t.truthy(context['@context'])
  for (const path of [
    '/credentials/types/national-id/v9',
    '/credentials/contexts/national-id-sd-jwt',
    '/status-lists/77',
    '/status-lists/77/credential',
  ])
    t.is((await fetch(url + path)).status, 404, path)
  for (const path of ['/status-lists/0', '/status-lists/x', '/status-lists/-1'])
    t.is((await fetch(url + path)).status, 400, path)
})
