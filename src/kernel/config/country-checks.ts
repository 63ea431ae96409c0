/** Rules of a country pack that one file's shape can not say: what its files promise to each other. */
import type { Centre, Field, Location, VidPolicy } from './country.ts'
import { contrastOnWhite, leastContrast } from './emblem.ts'
import { schemaFindings } from './identity-schema.ts'
import type { PartialPack } from './load-country.ts'
import { messageTemplates, placeholdersOf } from './message-templates.ts'

export interface Finding {
  readonly file: string
  readonly path: readonly PropertyKey[]
  readonly text: string
}

/** Looks at whatever could be read, so that a slip in one file does not hide those in another. */
export function packFindings(pack: PartialPack, folder: string): Finding[] {
  return [
    ...countryFindings(pack, folder),
    ...locationFindings(pack.locations ?? []),
    ...(pack.locations ? centreFindings(pack.centres ?? [], pack.locations) : []),
    ...fieldFindings(pack),
    ...(pack.identitySchema && pack.fields
      ? schemaFindings(pack.identitySchema.schema, pack.fields, pack.languages ?? [])
      : []),
    ...vidFindings(pack.vidTypes ?? []),
    ...(pack.templates ? templateFindings(pack.templates) : []),
  ]
}

function countryFindings({ code, brand, languages, uin }: PartialPack, folder: string): Finding[] {
  const file = 'country.json'
  const found: Finding[] = []
  if (code !== undefined && code !== folder)
    found.push({ file, path: ['code'], text: `expected "${folder}", the folder's name` })
  if (brand && contrastOnWhite(brand.accent) < leastContrast) {
    const contrast = contrastOnWhite(brand.accent).toFixed(2)
    found.push({
      file,
      path: ['brand', 'accent'],
      text: `contrast on white is ${contrast}:1; expected at least ${leastContrast}:1`,
    })
  }
  if (languages && !languages.some((language) => language.mandatory))
    found.push({ file, path: ['languages'], text: 'expected at least one mandatory language' })
  found.push(...repeated(file, 'languages', 'tag', languages ?? []))
  found.push(...repeated(file, 'languages', 'iso639', languages ?? []))
  if (uin?.rules.includes('repeated-pair') && !uin.rules.includes('near-repeat'))
    found.push({ file, path: ['uin', 'rules'], text: 'repeated-pair needs near-repeat beside it' })
  return found
}

function locationFindings(locations: readonly Location[]): Finding[] {
  const file = 'locations.json'
  const byCode = new Map(locations.map((location) => [location.code, location]))
  const found = repeated(file, 'locations', 'code', locations)
  locations.forEach(({ parent, level }, index) => {
    const path = ['locations', index, 'parent']
    if (parent === undefined) {
      if (level > 1) found.push({ file, path, text: `missing; level ${level} needs one` })
      return
    }
    const above = byCode.get(parent)
    if (above === undefined) found.push({ file, path, text: `no location "${parent}"` })
    // Levels strictly descend, so a cycle can not stand: some step of it would have to climb.
    else if (above.level !== level - 1)
      found.push({
        file,
        path,
        text: `"${parent}" is at level ${above.level}; expected ${level - 1}`,
      })
  })
  const reachable = (location: Location): boolean => endsAtRoot(location, byCode)
  locations.forEach((location, index) => {
    if (!reachable(location))
      found.push({ file, path: ['locations', index, 'parent'], text: 'leads in a circle' })
  })
  return found
}

function endsAtRoot(location: Location, byCode: ReadonlyMap<string, Location>): boolean {
  const seen = new Set<string>()
  let at: Location | undefined = location
  while (at?.parent !== undefined) {
    if (seen.has(at.code)) return false
    seen.add(at.code)
    at = byCode.get(at.parent)
  }
  return true
}

function centreFindings(centres: readonly Centre[], locations: readonly Location[]): Finding[] {
  const file = 'centres.json'
  const codes = new Set(locations.map(({ code }) => code))
  const found = repeated(file, 'centres', 'code', centres)
  centres.forEach(({ location }, index) => {
    if (!codes.has(location))
      found.push({ file, path: ['centres', index, 'location'], text: `no location "${location}"` })
  })
  return found
}

function fieldFindings({ fields = [], groups, locations }: PartialPack): Finding[] {
  const file = 'fields.json'
  const found = [
    ...repeated(file, 'fields', 'id', fields),
    ...repeated(file, 'groups', 'id', groups ?? []),
  ]
  const levels = new Set(locations?.map(({ level }) => level))
  fields.forEach((field, index) => {
    const add = (key: keyof Field, text: string) =>
      found.push({ file, path: ['fields', index, key], text })
    if (groups && !groups.some(({ id }) => id === field.group))
      add('group', `no group "${field.group}"`)
    if ((field.kind === 'choice') !== (field.choices !== undefined))
      add('choices', field.choices ? 'only for kind "choice"' : 'missing; kind "choice" needs them')
    if ((field.kind === 'location') !== (field.level !== undefined))
      add('level', field.level ? 'only for kind "location"' : 'missing; kind "location" needs it')
    if (locations && field.level !== undefined && !levels.has(field.level))
      add('level', `no location is at level ${field.level}`)
    if ((field.claim === 'address') !== (field.addressMember !== undefined))
      add(
        'addressMember',
        field.addressMember ? 'only for claim "address"' : 'missing; claim "address" needs it',
      )
    found.push(...repeated(file, ['fields', index, 'choices'], 'code', field.choices ?? []))
  })
  const answers = fields.map(({ claim, addressMember }) => ({
    claim: addressMember ? `address.${addressMember}` : claim,
  }))
  found.push(...repeated(file, 'fields', 'claim', answers))
  groups?.forEach(({ id }, index) => {
    if (!fields.some(({ group }) => group === id))
      found.push({ file, path: ['groups', index, 'id'], text: 'no field is in this group' })
  })
  return found
}

function vidFindings(policies: readonly VidPolicy[]): Finding[] {
  const file = 'vid-policies.json'
  const found = repeated(file, 'vidTypes', 'type', policies)
  policies.forEach((policy, index) => {
    const add = (key: keyof VidPolicy, text: string) =>
      found.push({ file, path: ['vidTypes', index, key], text })
    if (policy.type === 'Perpetual' && policy.validForMinutes !== undefined)
      add('validForMinutes', 'a perpetual VID does not expire')
    if (policy.type === 'Perpetual' && policy.transactionsAllowed !== undefined)
      add('transactionsAllowed', 'a perpetual VID is not used up')
    if (policy.type === 'OneTimeUse' && policy.transactionsAllowed === undefined)
      add('transactionsAllowed', 'missing; a one-time VID must be used up')
    if (policy.type === 'Temporary' && policy.validForMinutes === undefined)
      add('validForMinutes', 'missing; a temporary VID must expire')
    if (policy.autoRestoreAllowed && policy.restoreOnAction === 'REGENERATE')
      add('restoreOnAction', 'expected REVOKED: a VID that makes room by itself is not regenerated')
  })
  return found
}

function templateFindings(templates: NonNullable<PartialPack['templates']>): Finding[] {
  const file = 'templates.json'
  const found: Finding[] = []
  for (const key of Object.keys(messageTemplates))
    if (templates[key] === undefined) found.push({ file, path: [key], text: 'missing' })
  for (const [key, template] of Object.entries(templates)) {
    const known: readonly string[] | undefined =
      messageTemplates[key as keyof typeof messageTemplates]
    if (known === undefined) found.push({ file, path: [key], text: 'no such message' })
    else
      for (const part of ['subject', 'text'] as const)
        found.push(...placeholderFindings(file, [key, part], template[part], known))
  }
  return found
}

function placeholderFindings(
  file: string,
  path: string[],
  texts: Readonly<Record<string, string>>,
  known: readonly string[],
): Finding[] {
  const [first, ...others] = Object.entries(texts)
  if (first === undefined) return []
  const names = (text: string): string =>
    placeholdersOf(text)
      .map((name) => `{${name}}`)
      .join(' ')
  return [
    ...[first, ...others].flatMap(([tag, text]) =>
      placeholdersOf(text)
        .filter((name) => !known.includes(name))
        .map((name) => ({
          file,
          path: [...path, tag],
          text: `unknown placeholder {${name}}; expected ${known.map((it) => `{${it}}`).join(' ')}`,
        })),
    ),
    ...others
      .filter(([, text]) => names(text) !== names(first[1]))
      .map(([tag]) => ({
        file,
        path: [...path, tag],
        text: `expected the placeholders of "${first[0]}": ${names(first[1]) || 'none'}`,
      })),
  ]
}

/** Values of `key` that occur a second time. */
function repeated<Key extends string>(
  file: string,
  list: string | readonly PropertyKey[],
  key: Key,
  items: readonly { readonly [K in Key]?: string | undefined }[],
): Finding[] {
  const seen = new Set<string>()
  return items.flatMap((item, index) => {
    const value = item[key]
    if (value === undefined || !seen.has(value)) {
      if (value !== undefined) seen.add(value)
      return []
    }
    const path = [...(typeof list === 'string' ? [list] : list), index, key]
    return [{ file, path, text: `"${value}" is there twice` }]
  })
}
