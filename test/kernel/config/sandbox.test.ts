import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { loadConfig } from '../../../src/kernel/config/load.ts'
import { loadCountry } from '../../../src/kernel/config/load-country.ts'
import { loadSandbox } from '../../../src/kernel/config/sandbox.ts'
import { Problem } from '../../../src/kernel/problems.ts'
import { shapeFault, uinRules, vidShape } from '../../../src/registry/identifiers/shape-rules.ts'
import { compileIdentity } from '../../../src/registry/identity/validate.ts'
import { dataFolder } from '../../support/servers.ts'

const config = loadConfig({ argv: ['--profile', 'test'], env: {} })

test('every person is valid in the demo country, with numbers of the right shape', (t) => {
  const country = loadCountry(config)
  const validate = compileIdentity(country)
  const { persons } = loadSandbox({ config })
  t.is(persons.length, 8)
  for (const { uin, vids, identity } of persons) {
    t.is(shapeFault({ length: country.uin.length, rules: uinRules }, uin), undefined)
    for (const { vid } of vids ?? []) t.is(shapeFault(vidShape, vid), undefined)
    t.is(validate(identity, new Date('2026-01-01')), undefined)
  }
  t.is(new Set(persons.map(({ uin }) => uin)).size, persons.length)
})

test('clients: exact redirect URIs, keys that differ, claims that the pack answers', (t) => {
  const { clients } = loadSandbox({ config })
  const answered = new Set<string | undefined>(loadCountry(config).fields.map(({ claim }) => claim))
  const bank = clients.find(({ client_id }) => client_id === 'harbour-bank')
  t.deepEqual(bank?.redirect_uris, [
    'https://harbour-bank.example/callback',
    'http://localhost:8081/callback',
  ])
  for (const { allowed_claims } of clients)
    for (const claim of allowed_claims) t.true(answered.has(claim), claim)
  t.is(new Set(clients.map(({ jwks }) => jwks.keys[0]?.d)).size, clients.length)
})

test('in production there is none', (t) => {
  const error = t.throws(() => loadSandbox({ config: { ...config, profile: 'production' } }), {
    instanceOf: Problem,
  })
  t.is(error?.code, 'sandbox.invalid')
})

test('a slip in it is named', (t) => {
  const folder = dataFolder(t)
  const demo = new URL('../../../config/countries/demo/', import.meta.url)
  cpSync(demo, join(folder, 'demo'), { recursive: true })
  const path = join(folder, 'demo', 'sandbox.json')
  writeFileSync(path, readFileSync(path, 'utf8').replace('"redirect_uris"', '"redirect_uri"'))
  const country = { code: 'demo', folder }
  const error = t.throws(() => loadSandbox({ config: { ...config, country } }), {
    instanceOf: Problem,
  })
  const problems = error?.detail.problems as readonly string[]
  t.true(
    problems.includes('config/countries/demo/sandbox.json: clients[0].redirect_uris: missing'),
    problems.join('\n'),
  )
})
