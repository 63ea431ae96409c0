/** default.json <- <profile>.json <- environment <- flags. Checked whole, then frozen; anything doubtful refuses to start. */
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Config } from './config.ts'
import { issueLines, missing, pathText, refusal } from './refusal.ts'
import { configSchema, leaves, profiles } from './schema.ts'
import { environmentLayer, fileLayer, flagLayer, type Layer, type Setting } from './sources.ts'

export const projectRoot = fileURLToPath(new URL('../../..', import.meta.url))

export interface ConfigInput {
  /** Arguments after the program's own name. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Folder of default.json and its siblings; the project's own `config/` when absent. */
  readonly folder?: string
}

/** Throws Problem `config.invalid`, which lists every key that is wrong, where it was set and what is expected. */
export function loadConfig({ argv, env, folder }: ConfigInput): Config {
  const place = folder ?? join(projectRoot, 'config')
  const outer = [environmentLayer(env), flagLayer(argv)]
  const profile = chosenProfile(outer)
  const layers = [
    fileLayer(join(place, 'default.json'), 'config/default.json'),
    fileLayer(join(place, `${profile}.json`), `config/${profile}.json`),
    ...outer,
  ]
  const settings = withDefaults(merge(layers), profile)
  const problems = layers.flatMap((layer) => layer.problems)
  const parsed = configSchema.safeParse(tree(settings), { error: missing })
  if (!parsed.success)
    problems.push(...issueLines(parsed.error).map((line) => named(line, settings)))
  else problems.push(...contradictions(parsed.data, settings))
  if (problems.length > 0 || !parsed.success)
    throw refusal('config', 'The configuration is refused', problems)
  const config = parsed.data
  return freeze({ ...config, dataDir: resolve(config.dataDir) })
}

function chosenProfile(layers: readonly Layer[]): string {
  const asked = layers
    .flatMap((layer) => layer.settings)
    .findLast(({ path }) => path[0] === 'profile')
  if (asked === undefined) return 'demo'
  if (profiles.some((profile) => profile === asked.value)) return String(asked.value)
  throw refusal('config', 'The configuration is refused', [
    `${asked.source}: expected one of ${profiles.join(', ')}`,
  ])
}

function merge(layers: readonly Layer[]): Map<string, Setting> {
  const all = layers.flatMap((layer) => layer.settings)
  return new Map(all.map((setting) => [setting.path.join('.'), setting]))
}

function withDefaults(settings: Map<string, Setting>, profile: string): Map<string, Setting> {
  settings.set('profile', { path: ['profile'], value: profile, source: 'profile' })
  const port = settings.get('server.port')?.value
  // A port that is no number is refused by itself, and says nothing about the address.
  const known = typeof port !== 'number' || (port > 0 && port < 65_536)
  if (!settings.has('server.publicUrl') && known)
    settings.set('server.publicUrl', {
      path: ['server', 'publicUrl'],
      value:
        typeof port === 'number' ? new URL(`http://localhost:${port}`).origin : 'http://localhost',
      source: 'server.publicUrl (from server.port)',
    })
  return settings
}

function tree(settings: ReadonlyMap<string, Setting>): Record<string, unknown> {
  // Every section exists even when no layer mentions it: its missing keys are then named one by one.
  const root: Record<string, Record<string, unknown>> = Object.fromEntries(
    leaves.filter((leaf) => leaf.path.length === 2).map((leaf) => [leaf.path[0] ?? '', {}]),
  )
  const flat: Record<string, unknown> = {}
  for (const { path, value } of settings.values()) {
    const [section = '', key] = path
    const object = key === undefined ? undefined : root[section]
    if (object !== undefined && key !== undefined) object[key] = value
    else flat[section] = value
  }
  return { ...root, ...flat }
}

function named(
  line: { path: PropertyKey[]; text: string },
  settings: Map<string, Setting>,
): string {
  const key = line.path.slice(0, 2).join('.')
  const source = settings.get(key)?.source ?? settings.get(String(line.path[0]))?.source
  return source === undefined
    ? `config/default.json: ${pathText(line.path)}: ${line.text === 'missing' ? '' : 'missing; '}${line.text}`
    : `${source}: ${line.text}`
}

/** Rules that join several keys. */
function contradictions(config: Config, settings: Map<string, Setting>): string[] {
  const found: string[] = []
  const at = (key: string): string => settings.get(key)?.source ?? key
  if (
    config.metrics.port !== undefined &&
    config.metrics.port === config.server.port &&
    config.server.port !== 0
  )
    found.push(`${at('metrics.port')}: expected another port than server.port`)
  if (config.http.headersTimeoutMs > config.http.requestTimeoutMs)
    found.push(`${at('http.headersTimeoutMs')}: expected at most http.requestTimeoutMs`)
  if (config.profile !== 'production') return found
  if (!config.server.publicUrl.startsWith('https://'))
    found.push(`${at('server.publicUrl')}: expected an https URL in the production profile`)
  if (config.keys.masterSecret === undefined)
    found.push(
      'keys.masterSecret: missing; the production profile needs PLINTH_KEYS_MASTER_SECRET_FILE',
    )
  if (config.ephemeral.url === 'memory')
    found.push(`${at('ephemeral.url')}: expected embedded or redis:// in the production profile`)
  return found
}

function freeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) if (typeof member === 'object') freeze(member)
  return Object.freeze(value)
}
