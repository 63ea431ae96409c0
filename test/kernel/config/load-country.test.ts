import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { loadCountry } from '../../../src/kernel/config/load-country.ts'
import { Problem } from '../../../src/kernel/problems.ts'
import { dataFolder } from '../../support/servers.ts'

const demo = new URL('../../../config/countries/demo/', import.meta.url)
/** A pack is edited as data here, below its types. */
interface Json {
  [key: string]: Json | undefined
}

/** The demo pack with one file changed. */
function packWith(t: ExecutionContext, file: string, change: (content: Json) => unknown): string {
  const folder = dataFolder(t)
  cpSync(demo, join(folder, 'demo'), { recursive: true })
  const path = join(folder, 'demo', file)
  const content = JSON.parse(readFileSync(path, 'utf8'))
  writeFileSync(path, JSON.stringify(change(content) ?? content))
  return folder
}
function refused(t: ExecutionContext, folder: string): readonly string[] {
  const error = t.throws(() => loadCountry({ country: { code: 'demo', folder } }), {
    instanceOf: Problem,
  })
  t.is(error?.code, 'country.invalid')
  return (error?.detail.problems ?? []) as readonly string[]
}
const set = (target: unknown, value: object): void => {
  Object.assign(target as object, value)
}
const drop = (target: unknown, key: string): void => {
  delete (target as Record<string, unknown>)[key]
}

test('the demo country is whole and frozen', (t) => {
  const country = loadCountry({ country: { code: 'demo' } })
  t.deepEqual(
    country.languages.map(({ tag, direction }) => [tag, direction]),
    [
      ['en', 'ltr'],
      ['fr', 'ltr'],
      ['ar', 'rtl'],
    ],
  )
  t.is(country.uin.length, 12)
  t.deepEqual(
    country.vidTypes.map(({ type }) => type),
    ['Perpetual', 'Temporary', 'OneTimeUse'],
  )
  t.throws(() => set(country.fields[0], { required: false }), { instanceOf: TypeError })
})

for (const [what, file, change, expected] of [
  [
    'a typo in a key',
    'thresholds.json',
    (c: Json) => set(c, { faceQualty: 3 }),
    'thresholds.json: faceQualty: unknown key',
  ],
  [
    'a threshold out of range',
    'thresholds.json',
    (c: Json) => set(c, { faceVerify: 1.2 }),
    'thresholds.json: faceVerify: ',
  ],
  [
    'a missing language',
    'fields.json',
    (c: Json) => drop(c.fields?.[3]?.label, 'ar'),
    'fields.json: fields[3].label.ar: missing',
  ],
  [
    'a language nobody speaks',
    'centres.json',
    (c: Json) => set(c.centres?.[0]?.name, { de: 'x' }),
    'centres.json: centres[0].name.de: unknown key',
  ],
  [
    'a location without its parent',
    'locations.json',
    (c: Json) => set(c.locations?.[5], { parent: 'NONE' }),
    'locations.json: locations[5].parent: no location "NONE"',
  ],
  [
    'locations in a circle',
    'locations.json',
    (c: Json) => {
      set(c.locations?.[0], { parent: 'PTAMB', level: 2 })
      set(c.locations?.[4], { parent: 'COAST', level: 2 })
    },
    'locations.json: locations[0].parent: leads in a circle',
  ],
  [
    'a location twice',
    'locations.json',
    (c: Json) => set(c.locations?.[1], { code: 'COAST' }),
    'locations.json: locations[1].code: "COAST" is there twice',
  ],
  [
    'a centre nowhere',
    'centres.json',
    (c: Json) => set(c.centres?.[2], { location: 'NONE' }),
    'centres.json: centres[2].location: no location "NONE"',
  ],
  [
    'a field without a property',
    'fields.json',
    (c: Json) => set(c.fields?.[7], { id: 'fone' }),
    'fields.json: fields[7].id: identity-schema.json has no such property',
  ],
  [
    'a property without a field',
    'fields.json',
    (c: Json) => {
      ;(c.fields as unknown as unknown[]).splice(6, 1)
    },
    'identity-schema.json: schema.properties.identity.properties.postalCode: fields.json has no such field',
  ],
  [
    'a field that the schema requires and the form does not',
    'fields.json',
    (c: Json) => set(c.fields?.[1], { required: false }),
    'fields.json: fields[1].required: identity-schema.json says true',
  ],
  [
    'an unknown claim',
    'fields.json',
    (c: Json) => set(c.fields?.[0], { claim: 'full_name' }),
    'fields.json: fields[0].claim: ',
  ],
  [
    'a claim answered twice',
    'fields.json',
    (c: Json) => set(c.fields?.[7], { claim: 'email' }),
    'fields.json: fields[8].claim: "email" is there twice',
  ],
  [
    'a choice that the schema does not know',
    'fields.json',
    (c: Json) => set(c.fields?.[2]?.choices?.[0], { code: 'F' }),
    'identity-schema.json: schema.properties.identity.properties.gender.enum: expected the codes F, MLE, OTH',
  ],
  [
    'a group that does not exist',
    'fields.json',
    (c: Json) => set(c.fields?.[0], { group: 'nmes' }),
    'fields.json: fields[0].group: no group "nmes"',
  ],
  [
    'an open schema',
    'identity-schema.json',
    (c: Json) => drop(c.schema?.properties?.identity, 'additionalProperties'),
    'identity-schema.json: schema.properties.identity.additionalProperties: expected false',
  ],
  [
    'a schema that points outside',
    'identity-schema.json',
    (c: Json) =>
      set(c.schema?.properties?.identity?.properties?.email, { $ref: 'https://x.example/s' }),
    'identity-schema.json: schema: refers to something outside',
  ],
  [
    'a schema that is none',
    'identity-schema.json',
    (c: Json) => set(c.schema?.properties?.identity?.properties?.email, { type: 'sting' }),
    'identity-schema.json: schema: ',
  ],
  [
    'a placeholder nobody fills',
    'templates.json',
    (c: Json) => set(c.otp?.text, { en: 'Your {kode} for {minutes}' }),
    'templates.json: otp.text.en: unknown placeholder {kode}; expected {code} {minutes}',
  ],
  [
    'placeholders that differ',
    'templates.json',
    (c: Json) => set(c.otp?.text, { ar: 'رمزك {code}' }),
    'templates.json: otp.text.ar: expected the placeholders of "en": {code} {minutes}',
  ],
  [
    'a message that is missing',
    'templates.json',
    (c: Json) => drop(c, 'otp'),
    'templates.json: otp: missing',
  ],
  [
    'a message nobody sends',
    'templates.json',
    (c: Json) => set(c, { welcome: c.otp }),
    'templates.json: welcome: no such message',
  ],
  [
    'a perpetual VID that expires',
    'vid-policies.json',
    (c: Json) => set(c.vidTypes?.[0], { validForMinutes: 5 }),
    'vid-policies.json: vidTypes[0].validForMinutes: a perpetual VID does not expire',
  ],
  [
    'a one-time VID without an end',
    'vid-policies.json',
    (c: Json) => drop(c.vidTypes?.[2], 'transactionsAllowed'),
    'vid-policies.json: vidTypes[2].transactionsAllowed: missing',
  ],
  [
    'an accent that can not be read',
    'country.json',
    (c: Json) => set(c.brand, { accent: '#7fb6c9' }),
    'country.json: brand.accent: contrast on white is 2.2',
  ],
  [
    'a UIN rule nobody knows',
    'country.json',
    (c: Json) => set(c.uin, { rules: ['pretty'] }),
    'country.json: uin.rules[0]: ',
  ],
  [
    'a time zone that does not exist',
    'country.json',
    (c: Json) => set(c, { timeZone: 'Africa/Marenda' }),
    'country.json: timeZone: expected an IANA time zone',
  ],
  [
    'no mandatory language',
    'country.json',
    (c: Json) => set(c.languages?.[0], { mandatory: false }),
    'country.json: languages: expected at least one mandatory language',
  ],
  [
    "another pack's code",
    'country.json',
    (c: Json) => set(c, { code: 'emod' }),
    'country.json: code: expected "demo"',
  ],
] as const) {
  test(`refused: ${what}`, (t) => {
    const problems = refused(t, packWith(t, file, change))
    t.true(
      problems.some((line) => line.startsWith(`config/countries/demo/${expected}`)),
      problems.join('\n'),
    )
  })
}

test('slips in several files are told together', (t) => {
  const folder = packWith(t, 'country.json', (c) => set(c.brand, { accent: '#7fb6c9' }))
  writeFileSync(join(folder, 'demo', 'thresholds.json'), '{')
  const files = refused(t, folder).map((line) => line.split(':')[0])
  t.deepEqual(files.sort(), [
    'config/countries/demo/country.json',
    'config/countries/demo/thresholds.json',
  ])
})

test('a pack that is not there is refused, file by file', (t) => {
  t.true(refused(t, dataFolder(t)).includes('config/countries/demo/country.json: missing'))
})
