/** The identity schema beside the fields: both must tell of the same properties. */
import { Ajv } from 'ajv'
import type { CountryPack, Field } from './country.ts'
import type { Finding } from './country-checks.ts'
import type { JsonSchema } from './json-schema.ts'

const file = 'identity-schema.json'
/** In every identity, filled by the platform: the version of the schema that it was made under. */
const ownProperties = ['IDSchemaVersion']
/** `$ref`s of MOSIP's definitions, by the kind of field they suit. */
const references = {
  'localised-text': '#/definitions/simpleType',
  biometric: '#/definitions/biometricsType',
}

export function schemaFindings(
  schema: JsonSchema,
  fields: readonly Field[],
  languages: CountryPack['languages'],
): Finding[] {
  const invalid = compileFault(schema)
  if (invalid !== undefined) return [{ file, path: ['schema'], text: invalid }]
  const identity = member(member(schema, 'properties'), 'identity')
  const properties = member(identity, 'properties')
  if (identity === undefined || properties === undefined)
    return [{ file, path: ['schema', 'properties', 'identity', 'properties'], text: 'missing' }]
  const closed = [
    { path: ['schema'], object: schema },
    { path: ['schema', 'properties', 'identity'], object: identity },
  ]
  return [
    ...closed
      .filter(({ object }) => object.additionalProperties !== false)
      .map(({ path }) => ({
        file,
        path: [...path, 'additionalProperties'],
        text: 'expected false',
      })),
    ...fields.flatMap((field, index) => fieldAgrees(field, index, identity, properties)),
    ...Object.keys(properties)
      .filter((name) => !ownProperties.includes(name) && !fields.some(({ id }) => id === name))
      .map((name) => ({
        file,
        path: ['schema', 'properties', 'identity', 'properties', name],
        text: 'fields.json has no such field',
      })),
    ...languageCodes(schema, languages),
  ]
}

function fieldAgrees(
  field: Field,
  index: number,
  identity: JsonSchema,
  properties: JsonSchema,
): Finding[] {
  const property = member(properties, field.id)
  const path = ['schema', 'properties', 'identity', 'properties', field.id]
  if (property === undefined) {
    const text = 'identity-schema.json has no such property'
    return [{ file: 'fields.json', path: ['fields', index, 'id'], text }]
  }
  const found: Finding[] = []
  const wanted = Object.entries(references).find(([kind]) => kind === field.kind)?.[1]
  if (wanted !== undefined && property.$ref !== wanted)
    found.push({ file, path: [...path, '$ref'], text: `expected "${wanted}"` })
  if (wanted === undefined && property.type !== 'string')
    found.push({ file, path: [...path, 'type'], text: 'expected "string"' })
  const codes = field.choices?.map(({ code }) => code) ?? []
  if (field.kind === 'choice' && !sameSet(property.enum, codes))
    found.push({ file, path: [...path, 'enum'], text: `expected the codes ${codes.join(', ')}` })
  // A photograph travels beside the identity in the packet, so the schema can not require it.
  const required = Array.isArray(identity.required) && identity.required.includes(field.id)
  if (field.kind !== 'biometric' && required !== field.required)
    found.push({
      file: 'fields.json',
      path: ['fields', index, 'required'],
      text: `identity-schema.json says ${required}`,
    })
  return found
}

function languageCodes(schema: JsonSchema, languages: CountryPack['languages']): Finding[] {
  const simple = member(member(schema, 'definitions'), 'simpleType')
  const code = member(member(member(simple, 'items'), 'properties'), 'language')
  const wanted = languages.map(({ iso639 }) => iso639)
  if (sameSet(code?.enum, wanted)) return []
  const path = ['schema', 'definitions', 'simpleType', 'items', 'properties', 'language', 'enum']
  return [{ file, path, text: `expected the codes ${wanted.join(', ')}` }]
}

function compileFault(schema: JsonSchema): string | undefined {
  // A pack is data: nothing in it may name a place to fetch more from.
  const outside = JSON.stringify(schema).match(/"\$(?:ref|id)":"(?!#)[^"]*"/)
  if (outside) return 'refers to something outside of this file'
  try {
    new Ajv({ strict: true, strictRequired: false, allErrors: true }).compile(schema)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'is not a JSON Schema'
  }
}

const member = (object: JsonSchema | undefined, key: string): JsonSchema | undefined => {
  const value = object?.[key]
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonSchema)
    : undefined
}

const sameSet = (found: unknown, wanted: readonly string[]): boolean =>
  Array.isArray(found) &&
  found.length === wanted.length &&
  wanted.every((code) => found.includes(code))

/** Does a value fit the schema of its property? By field id; for forms, which check one field at a time. */
export function propertyValidators(
  schema: JsonSchema,
): ReadonlyMap<string, (value: unknown) => boolean> {
  const ajv = new Ajv({ strict: true, strictRequired: false })
  const properties = member(member(member(schema, 'properties'), 'identity'), 'properties') ?? {}
  return new Map(
    Object.entries(properties).map(([name, property]) => {
      const alone = { definitions: schema.definitions, allOf: [property] }
      return [name, ajv.compile(alone) as (value: unknown) => boolean]
    }),
  )
}

/** Properties of which the identity needs at least one: `anyOf` over single `required` names. */
export function alternativesOf(schema: JsonSchema): string[] {
  const identity = member(member(schema, 'properties'), 'identity')
  const choices = Array.isArray(identity?.anyOf) ? (identity.anyOf as { required?: unknown }[]) : []
  const names = choices.map(({ required }) =>
    Array.isArray(required) && required.length === 1 ? String(required[0]) : undefined,
  )
  return names.filter((name) => name !== undefined).length === choices.length
    ? names.filter((name) => name !== undefined)
    : []
}
