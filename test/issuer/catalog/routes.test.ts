import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { createIssuer } from '#issuer'
import { projectRoot } from '#kernel/config/load.ts'
import { Problem } from '#kernel/problems.ts'
import { resolveKeyUrl } from '../../../src/issuer/did/resolve.ts'
import { withIssuer, withIssuerContext } from '../../support/issuer.ts'
import { dataFolder } from '../../support/servers.ts'

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

test('a country pack whose catalogue has a typo does not start, and says where', async (t) => {
  const folder = dataFolder(t)
  const file = join(folder, 'demo', 'credentials.json')
  await cp(join(projectRoot, 'config/countries/demo'), join(folder, 'demo'), { recursive: true })
  await writeFile(file, (await readFile(file, 'utf8')).replace('"scope"', '"scpoe"'))
  const ctx = await withIssuerContext(t, { env: { PLINTH_COUNTRY_FOLDER: folder } })
  const error = await t.throwsAsync(createIssuer(ctx), { instanceOf: Problem })
  t.is(error?.code, 'country.invalid')
  const at = 'config/countries/demo/credentials.json: configurations.national-id-sd-jwt'
  t.deepEqual(error?.detail.problems, [`${at}.scope: missing`, `${at}.scpoe: unknown key`])
})
