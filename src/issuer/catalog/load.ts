/** The catalogue of credential configurations: read, judged whole and frozen when the issuer starts. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CountryPack } from '#kernel/config/country.ts'
import { packFolder } from '#kernel/config/load-country.ts'
import { issueLines, missing, pathText, refusal } from '#kernel/config/refusal.ts'
import type { Context } from '#kernel/context.ts'
import { type CatalogueFile, type ConfigurationFile, catalogueFile } from './schema.ts'

export type Catalogue = CatalogueFile

const maxFileBytes = 1_048_576

/** Reads `credentials.json` of the country pack. Throws Problem `country.invalid`, naming file and field. */
export const loadCatalogue = async (
  ctx: Pick<Context, 'config' | 'country'>,
): Promise<Catalogue> => {
  const name = `config/countries/${ctx.country.code}/credentials.json`
  const content = await readFile(join(packFolder(ctx.config), 'credentials.json')).catch(
    () => undefined,
  )
  if (!content) throw refused([`${name}: can not be read`])
  if (content.length > maxFileBytes) throw refused([`${name}: larger than ${maxFileBytes} bytes`])
  return parseCatalogue(name, content.toString('utf8'), ctx.country)
}

/** `name` is what a refusal calls the file. */
export const parseCatalogue = (
  name: string,
  text: string,
  country: Pick<CountryPack, 'languages' | 'fields'>,
): Catalogue => {
  const content = parseJson(text)
  if (content === undefined) throw refused([`${name}: is not JSON`])
  const tags = country.languages.map((language) => language.tag)
  const parsed = catalogueFile(tags).safeParse(content, { error: missing })
  if (!parsed.success)
    throw refused(
      issueLines(parsed.error).map((line) => `${name}: ${pathText(line.path)}: ${line.text}`),
    )
  const answered = new Set(country.fields.flatMap((field) => field.claim ?? []))
  const problems = contradictions(parsed.data, answered).map((problem) => `${name}: ${problem}`)
  if (problems.length > 0) throw refused(problems)
  return Object.freeze(parsed.data)
}

const refused = (problems: readonly string[]) =>
  refusal('country', 'The credential catalogue is refused:', problems)

/** Rules that join several keys. */
const contradictions = (file: CatalogueFile, answered: ReadonlySet<string>): string[] => {
  const all = Object.entries(file.configurations)
  return [
    ...repeated(all.map(([id, { scope }]) => [`configurations.${id}.scope`, scope])),
    ...repeated(
      all.map(([id, { format, type }]) => [`configurations.${id}.type`, `${format} ${type}`]),
    ),
    ...all.flatMap(([id, configuration]) =>
      claimProblems(`configurations.${id}`, configuration, answered),
    ),
  ]
}

const claimProblems = (
  at: string,
  { format, claims }: ConfigurationFile,
  answered: ReadonlySet<string>,
): string[] => [
  ...repeated(claims.map(({ name }, index) => [`${at}.claims[${index}].name`, name])),
  ...claims.flatMap(({ name, from, ageOver, member }, index) => {
    const field = `${at}.claims[${index}]`
    const taken = (format === 'ldp_vc' ? jsonLdKeywords : jwtClaims).has(name)
    return [
      ...(answered.has(from) ? [] : [`${field}.from: no field of fields.json answers it`]),
      ...(taken ? [`${field}.name: is reserved`] : []),
      ...(ageOver !== undefined && from !== 'birthdate'
        ? [`${field}.ageOver: needs birthdate`]
        : []),
      ...(member !== undefined && format === 'ldp_vc' ? [`${field}.member: is for dc+sd-jwt`] : []),
    ]
  }),
]

/** draft-ietf-oauth-sd-jwt-vc §3.2.2.2: claims the credential itself needs. */
const jwtClaims = new Set(['iss', 'sub', 'iat', 'nbf', 'exp', 'cnf', 'vct', 'status'])
/** VCDM 2.0 §4: properties the data model defines. */
const jsonLdKeywords = new Set(['id', 'type', 'name', 'description', 'issuer', 'proof'])

const repeated = (entries: readonly (readonly [at: string, value: string])[]): string[] =>
  entries
    .filter(([, value], index) => entries.findIndex(([, other]) => other === value) !== index)
    .map(([at]) => `${at}: stands twice`)

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
