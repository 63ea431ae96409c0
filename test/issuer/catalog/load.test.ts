import test from 'ava'
import { hasAge, mapClaims } from '../../../src/issuer/catalog/claims.ts'
import { parseCatalogue } from '../../../src/issuer/catalog/load.ts'
import { issuerMetadata, typeMetadata } from '../../../src/issuer/openid4vci/metadata.ts'
import { Problem } from '../../../src/kernel/problems.ts'
import { catalogueText, demoCatalogue, demoCountry } from '../../support/issuer.ts'

/** Parsed JSON, for reaching into it. */
interface Json {
  readonly [member: string]: Json
}

/** The file with one change, parsed; answers what the refusal lists. */
const refused = async (change: (file: Json) => void): Promise<readonly string[]> => {
  const file = JSON.parse(await catalogueText()) as Json
  change(file)
  return problemsOf(JSON.stringify(file))
}
const problemsOf = (text: string): readonly string[] => {
  try {
    parseCatalogue('credentials.json', text, demoCountry())
  } catch (error) {
    if (error instanceof Problem && error.code === 'country.invalid')
      return error.detail.problems as readonly string[]
    throw error
  }
  return []
}
const sdJwt = (file: Json): Json => file.configurations?.['national-id-sd-jwt'] as Json
const ldp = (file: Json): Json => file.configurations?.['national-id-ldp'] as Json
const set = (object: Json, name: string, value: unknown) => Object.assign(object, { [name]: value })

test('the demo country has a catalogue of two formats', async (t) => {
  const { configurations } = await demoCatalogue()
  t.deepEqual(
    Object.values(configurations).map((configuration) => configuration.format),
    ['dc+sd-jwt', 'ldp_vc'],
  )
})

test('an unknown key, a wrong value and a missing language name their place', async (t) => {
  const at = 'credentials.json: configurations.national-id-sd-jwt'
  t.deepEqual(await refused((file) => set(sdJwt(file), 'validForDay', 3)), [
    `${at}.validForDay: unknown key`,
  ])
  t.deepEqual(await refused((file) => set(file, 'batchsize', 3)), [
    'credentials.json: batchsize: unknown key',
  ])
  const [wrong = ''] = await refused((file) => set(sdJwt(file), 'validForDays', 0))
  t.true(wrong.startsWith(`${at}.validForDays: `))
  t.deepEqual(await refused((file) => Reflect.deleteProperty(sdJwt(file).name as Json, 'ar')), [
    `${at}.name.ar: missing`,
  ])
  t.is((await refused((file) => set(sdJwt(file), 'format', 'mso_mdoc'))).length, 1)
  t.deepEqual(problemsOf('{'), ['credentials.json: is not JSON'])
})

test('contradictions are refused', async (t) => {
  const at = 'credentials.json: configurations.national-id-sd-jwt'
  const claim = (file: Json, index: number) => sdJwt(file).claims?.[index] as Json
  t.deepEqual(await refused((file) => set(claim(file, 1), 'name', 'name')), [
    `${at}.claims[1].name: stands twice`,
  ])
  for (const name of ['iss', 'exp', 'cnf', 'vct', 'status'])
    t.deepEqual(await refused((file) => set(claim(file, 0), 'name', name)), [
      `${at}.claims[0].name: is reserved`,
    ])
  t.deepEqual(await refused((file) => set(claim(file, 0), 'from', 'given_name')), [
    `${at}.claims[0].from: no field of fields.json answers it`,
  ])
  t.deepEqual(await refused((file) => set(claim(file, 0), 'ageOver', 18)), [
    `${at}.claims[0].ageOver: needs birthdate`,
  ])
  t.deepEqual(await refused((file) => set(ldp(file), 'scope', 'national_id_sd_jwt')), [
    'credentials.json: configurations.national-id-ldp.scope: stands twice',
  ])
  t.deepEqual(await refused((file) => set(ldp(file).claims?.[0] as Json, 'name', 'id')), [
    'credentials.json: configurations.national-id-ldp.claims[0].name: is reserved',
  ])
})

test('ages are counted by the calendar', (t) => {
  t.true(hasAge('2000-03-01', 18, '2018-03-01'))
  t.false(hasAge('2000-03-01', 18, '2018-02-28'))
  t.false(hasAge('2000-02-29', 18, '2018-02-28'))
  t.true(hasAge('2000-02-29', 18, '2018-03-01'))
  t.is(hasAge('2000', 18, '2018-03-01'), undefined)
})

test('claims are renamed, wrapped, derived; absent ones are left out, mandatory ones demanded', async (t) => {
  const { configurations } = await demoCatalogue()
  const rules = configurations['national-id-sd-jwt']?.claims ?? []
  const record = {
    name: 'Amina',
    'name#ar': 'أمينة',
    birthdate: '2000-03-01',
    address: { formatted: 'x', locality: 'Y', intruder: 'z', country: 7 },
    email: '',
  }
  t.deepEqual(mapClaims(rules, record, '2018-03-01'), {
    outcome: 'mapped',
    claims: {
      name: 'Amina',
      birthdate: '2000-03-01',
      age_equal_or_over: { '18': true },
      address: { formatted: 'x', locality: 'Y' },
    },
  })
  t.deepEqual(mapClaims(rules, { name: 'Amina' }, '2018-03-01'), {
    outcome: 'incomplete',
    claim: 'birthdate',
  })
})

test('metadata names every configuration in every language', async (t) => {
  const catalogue = await demoCatalogue()
  const metadata = issuerMetadata('https://id.example', catalogue)
  t.is(metadata.credential_issuer, 'https://id.example')
  t.deepEqual(
    metadata.display.map((display) => display.locale),
    ['en', 'fr', 'ar'],
  )
  const supported = metadata.credential_configurations_supported
  t.deepEqual(Object.keys(supported), ['national-id-sd-jwt', 'national-id-ldp'])
  for (const configuration of Object.values(supported)) {
    t.is(configuration.credential_metadata.display.length, 3)
    for (const claim of configuration.credential_metadata.claims) t.is(claim.display.length, 3)
  }
  const type = typeMetadata('https://id.example', catalogue, 'national-id/v1')
  t.is(type?.vct, 'https://id.example/credentials/types/national-id/v1')
  t.true(type?.claims.every((claim) => claim.sd === 'always'))
  t.is(typeMetadata('https://id.example', catalogue, 'national-id/v2'), undefined)
})
