/** Writes docs/configuration.md from the schema and the files in config/; a test holds it to them. */
import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { bare, type Leaf, leaves, profiles } from '../src/kernel/config/schema.ts'

const root = new URL('../', import.meta.url)
type Settings = Readonly<Record<string, unknown>>
const read = (name: string): Settings =>
  JSON.parse(readFileSync(new URL(`config/${name}.json`, root), 'utf8'))

export const configDocs = (): string => {
  const defaults = read('default')
  const sections = [...new Set(leaves.map(({ path }) => (path.length > 1 ? (path[0] ?? '') : '')))]
  return [
    '# Configuration',
    '',
    '<!-- Written by scripts/config-docs.ts. Change src/kernel/config/schema.ts or config/, then run it again. -->',
    '',
    'Four layers, each over the one before: `config/default.json`, `config/<profile>.json`, the environment, flags.',
    'A key that nobody knows, or a value that does not fit, refuses to start and says where it stands. The profile',
    'is `demo` unless `--profile` or `PLINTH_PROFILE` says otherwise. `npm start -- --print-config` prints what is in',
    'force, without the secrets.',
    '',
    'Flags: `--port`, `--data`, `--profile`, `--parts a,b`, `--public-url`, `--print-config`. A secret may also come from a',
    'file: `PLINTH_KEYS_MASTER_SECRET_FILE=/run/secrets/master`.',
    ...sections.flatMap((section) => sectionDocs(section, defaults)),
    '',
    '## What the profiles change',
    '',
    ...profiles.flatMap((profile) => profileDocs(profile)),
  ].join('\n')
}

const sectionDocs = (section: string, defaults: Settings): string[] => [
  '',
  `## ${section === '' ? 'General' : section}`,
  '',
  '| key | environment | values | default | meaning |',
  '|---|---|---|---|---|',
  ...leaves
    .filter(({ path }) => (path.length > 1 ? path[0] : '') === section)
    .map((leaf) => row(leaf, valueAt(defaults, leaf.path))),
]

const row = ({ path, variable, schema, description, secret }: Leaf, value: unknown): string =>
  `| \`${path.join('.')}\` | \`${variable}\`${secret ? ' (or `_FILE`)' : ''} | ${typeText(bare(schema))} | ${
    value === undefined ? '' : `\`${JSON.stringify(value)}\``
  } | ${description}${secret ? ' Secret.' : ''} |`

const typeText = (schema: z.ZodType): string => {
  const json = z.toJSONSchema(schema, { unrepresentable: 'any' })
  if (Array.isArray(json.enum)) return json.enum.map((value) => `\`${value}\``).join(', ')
  if (json.type === 'integer') return `${json.minimum} to ${json.maximum}`
  if (json.type === 'array') return 'list, comma-separated in the environment'
  return String(json.type ?? 'text').replace('string', 'text')
}

const profileDocs = (profile: string): string[] => {
  const settings = read(profile)
  const changes = leaves.flatMap(({ path }) => {
    const value = valueAt(settings, path)
    return value === undefined ? [] : [`- \`${path.join('.')}\`: \`${JSON.stringify(value)}\``]
  })
  return [`**${profile}**`, '', ...(changes.length > 0 ? changes : ['- nothing']), '']
}

const valueAt = (settings: Settings, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Settings | undefined)?.[key], settings)

if (import.meta.main) writeFileSync(new URL('docs/configuration.md', root), configDocs())
