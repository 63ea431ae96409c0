/** Where settings come from: JSON files, the environment, flags. Each becomes a layer of key paths and values. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { bare, type Leaf, leaves } from './schema.ts'

/** 64 KiB: a configuration or a mounted secret is small; anything larger is the wrong file. */
const maxFileBytes = 65_536

export interface Setting {
  readonly path: readonly string[]
  readonly value: unknown
  /** What a refusal names: `config/demo.json: server.port`, `PLINTH_SERVER_PORT`, `--port`. */
  readonly source: string
}
export interface Layer {
  readonly settings: readonly Setting[]
  readonly problems: readonly string[]
}

export function fileLayer(path: string, name: string): Layer {
  const problems: string[] = []
  let content: unknown
  try {
    content = JSON.parse(readBounded(path))
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is not JSON' : 'can not be read'
    return { settings: [], problems: [`${name}: ${reason}`] }
  }
  if (!isObject(content)) return { settings: [], problems: [`${name}: expected an object`] }
  const settings = flatten(content, [], name, problems)
  return { settings, problems }
}

export function environmentLayer(env: Readonly<Record<string, string | undefined>>): Layer {
  const problems: string[] = []
  const settings = Object.entries(env).flatMap(([variable, text]): Setting[] => {
    if (!variable.startsWith('PLINTH_') || text === undefined) return []
    const key = leaves.find((leaf) => leaf.variable === variable)
    if (key !== undefined) return [setting(key, text, variable)]
    const secret = leaves.find((leaf) => leaf.secret && `${leaf.variable}_FILE` === variable)
    if (secret === undefined) {
      problems.push(`${variable}: unknown environment variable${suggestion(variable)}`)
      return []
    }
    if (env[secret.variable] !== undefined) {
      problems.push(`${variable}: expected either ${secret.variable} or this one, not both`)
      return []
    }
    try {
      return [setting(secret, readBounded(text).trim(), variable)]
    } catch {
      problems.push(`${variable}: the file it names can not be read`)
      return []
    }
  })
  return { settings, problems }
}

const flags = {
  port: 'server.port',
  data: 'dataDir',
  profile: 'profile',
  parts: 'parts',
  'public-url': 'server.publicUrl',
} as const

export function flagLayer(argv: readonly string[]): Layer {
  const strings = Object.fromEntries(Object.keys(flags).map((name) => [name, { type: 'string' }]))
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        ...(strings as Record<string, { type: 'string' }>),
        'print-config': { type: 'boolean' },
      },
      strict: true,
    })
    const settings = Object.entries(flags).flatMap(([name, dotted]) => {
      const text = (values as Record<string, unknown>)[name]
      const key = leaves.find((leaf) => leaf.path.join('.') === dotted)
      return typeof text === 'string' && key ? [setting(key, text, `--${name}`)] : []
    })
    return { settings, problems: [] }
  } catch (error) {
    const known = Object.keys(flags).map((name) => `--${name}`)
    const reason = error instanceof Error ? (error.message.split('. ')[0] ?? '') : ''
    return {
      settings: [],
      problems: [`command line: ${reason}; expected ${known.join(', ')} or --print-config`],
    }
  }
}

/** What `npm start -- --help` says: the flags, each with its key's own description. */
export function usage(): string {
  const lines = Object.entries(flags).map(([name, dotted]) => {
    const key = leaves.find((leaf) => leaf.path.join('.') === dotted)
    return `  --${name.padEnd(14)}${key?.description ?? ''}`
  })
  return [
    'npm start -- [flags]',
    ...lines,
    '  --print-config  Print the effective settings, secrets redacted, and end.',
    'All settings, with the variables that set them: docs/configuration.md',
    '',
  ].join('\n')
}

/** Text to the type that the key's schema wants; what does not fit stays text and is refused by the schema. */
function setting(leaf: Leaf, text: string, source: string): Setting {
  return { path: leaf.path, value: coerce(bare(leaf.schema), text), source }
}

function coerce(schema: z.ZodType, text: string): unknown {
  if (schema instanceof z.ZodNumber) return /^-?\d{1,15}$/.test(text) ? Number(text) : text
  if (schema instanceof z.ZodBoolean)
    return text === 'true' ? true : text === 'false' ? false : text
  if (schema instanceof z.ZodArray) return text.split(',').map((item) => item.trim())
  return text
}

function flatten(
  content: Record<string, unknown>,
  path: readonly string[],
  name: string,
  problems: string[],
): Setting[] {
  return Object.entries(content).flatMap(([key, value]): Setting[] => {
    const here = [...path, key]
    const dotted = here.join('.')
    // Chosen by whoever starts the program: a file that names one would be read after the choice.
    if (dotted === 'profile') {
      problems.push(`${name}: profile: expected in PLINTH_PROFILE or --profile only`)
      return []
    }
    if (leaves.some((leaf) => leaf.path.join('.') === dotted))
      return [{ path: here, value, source: `${name}: ${dotted}` }]
    if (!leaves.some((leaf) => leaf.path.join('.').startsWith(`${dotted}.`))) {
      problems.push(`${name}: ${dotted}: unknown key`)
      return []
    }
    if (isObject(value)) return flatten(value, here, name, problems)
    problems.push(`${name}: ${dotted}: expected an object`)
    return []
  })
}

function readBounded(path: string): string {
  const content = readFileSync(path)
  if (content.length > maxFileBytes) throw new RangeError('file too large')
  return content.toString('utf8')
}

/** A slip of one or two letters is named; anything further off is not guessed at. */
function suggestion(variable: string): string {
  const near = leaves.find((leaf) => distance(leaf.variable, variable) <= 2)
  return near ? `; did you mean ${near.variable}?` : ''
}

function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const current = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      current.push(Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, swap))
    }
    previous = current
  }
  return previous[b.length] ?? 0
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
