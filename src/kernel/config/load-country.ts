/** Reads a country pack, checks it whole, freezes it. Every mistake is told at once, each by file and path in it. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import type { CountryPack } from './country.ts'
import { type Finding, packFindings } from './country-checks.ts'
import { packFiles } from './country-schema.ts'
import { emblemFaults } from './emblem.ts'
import { projectRoot } from './load.ts'
import { issueLines, missing, pathText, refusal } from './refusal.ts'

/** Largest file of a pack: a country's villages fit many times over. */
const maxFileBytes = 32 * 1024 * 1024

export const packFolder = (config: Pick<Config, 'country'>): string =>
  join(config.country.folder ?? join(projectRoot, 'config', 'countries'), config.country.code)

/** Throws Problem `country.invalid`; its `detail.problems` name file, path and what is expected. */
export function loadCountry(config: Pick<Config, 'country'>): CountryPack {
  const folder = packFolder(config)
  const findings: Finding[] = []
  const country = readJson(folder, 'country.json', findings)
  const files = packFiles(tagsOf(country))
  const parsed = Object.fromEntries(
    Object.entries(files).map(([file, schema]) => {
      const content = file === 'country.json' ? country : readJson(folder, file, findings)
      if (content === undefined) return [file, undefined]
      const result = schema.safeParse(content, { error: missing })
      if (!result.success)
        findings.push(...issueLines(result.error).map((line) => ({ file, ...line })))
      return [file, result.data]
    }),
  )
  const emblemSvg = readText(folder, 'emblem.svg', findings)
  if (emblemSvg !== undefined)
    findings.push(
      ...emblemFaults(emblemSvg).map((text) => ({ file: 'emblem.svg', path: [], text })),
    )
  const pack = assemble(parsed, emblemSvg ?? '')
  findings.push(...packFindings(pack, config.country.code))
  if (findings.length > 0) throw refused(config.country.code, findings)
  return freeze(pack as CountryPack)
}

/** A pack of which some files may be missing or wrong: the checks look at what is there. */
export type PartialPack = { readonly [Key in keyof CountryPack]: CountryPack[Key] | undefined }

function assemble(parsed: Record<string, unknown>, emblemSvg: string): PartialPack {
  const country = parsed['country.json'] as CountryPack | undefined
  const fields = parsed['fields.json'] as Pick<CountryPack, 'groups' | 'fields'> | undefined
  return {
    code: country?.code,
    name: country?.name,
    brand: country && { accent: country.brand.accent, emblemSvg },
    languages: country?.languages,
    timeZone: country?.timeZone,
    population: country?.population,
    uin: country?.uin,
    vidTypes: (parsed['vid-policies.json'] as Pick<CountryPack, 'vidTypes'> | undefined)?.vidTypes,
    identitySchema: parsed['identity-schema.json'] as CountryPack['identitySchema'] | undefined,
    groups: fields?.groups,
    fields: fields?.fields,
    locations: (parsed['locations.json'] as Pick<CountryPack, 'locations'> | undefined)?.locations,
    centres: (parsed['centres.json'] as Pick<CountryPack, 'centres'> | undefined)?.centres,
    templates: parsed['templates.json'] as CountryPack['templates'] | undefined,
    thresholds: parsed['thresholds.json'] as CountryPack['thresholds'] | undefined,
  }
}

function refused(code: string, findings: readonly Finding[]) {
  const lines = findings.map(({ file, path, text }) => {
    const place = path.length > 0 ? `${pathText(path)}: ` : ''
    return `config/countries/${code}/${file}: ${place}${text}`
  })
  return refusal('country', `The country pack "${code}" is refused`, lines)
}

function readText(folder: string, file: string, findings: Finding[]): string | undefined {
  try {
    const path = join(folder, file)
    if (statSync(path).size > maxFileBytes) {
      findings.push({ file, path: [], text: `larger than ${maxFileBytes} bytes` })
      return undefined
    }
    return readFileSync(path, 'utf8')
  } catch {
    findings.push({ file, path: [], text: 'missing' })
    return undefined
  }
}

function readJson(folder: string, file: string, findings: Finding[]): unknown {
  const text = readText(folder, file, findings)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/ in JSON|"[^"]*"\.\.\. /g, '') : ''
    findings.push({ file, path: [], text: `is not JSON: ${reason}` })
    return undefined
  }
}

/** The languages as far as they can be read, so that one slip there does not hide the others. */
function tagsOf(country: unknown): string[] {
  const languages = (country as { languages?: unknown } | undefined)?.languages
  if (!Array.isArray(languages)) return ['en']
  return languages.flatMap((language: { tag?: unknown } | null) =>
    typeof language?.tag === 'string' ? [language.tag] : [],
  )
}

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value))
    if (typeof member === 'object' && member !== null) freeze(member)
  return Object.freeze(value)
}
