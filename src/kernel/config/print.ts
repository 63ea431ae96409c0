/** `npm start -- --print-config`: the effective configuration, secrets redacted. */
import type { Config } from './config.ts'
import { leaves } from './schema.ts'

/** JSON with two spaces. A secret that is a URL keeps its scheme and host, so that a mistake in them can be seen. */
export function printConfig(
  config: Config,
  write: (text: string) => unknown = (text) => process.stdout.write(text),
): void {
  write(`${JSON.stringify(redacted(config), null, 2)}\n`)
}

export function redacted(config: Config): Record<string, unknown> {
  const copy = structuredClone(config) as unknown as Record<string, Record<string, unknown>>
  for (const { path, secret } of leaves) {
    const [section = '', key = ''] = path
    const value = copy[section]?.[key]
    if (secret && typeof value === 'string' && copy[section]) copy[section][key] = hide(value)
  }
  return copy
}

function hide(value: string): string {
  if (!/^[a-z]+:\/\//.test(value)) return /^[a-z]{1,10}:?$/.test(value) ? value : '[redacted]'
  if (!URL.canParse(value)) return '[redacted]'
  const { protocol, host, pathname } = new URL(value)
  return `${protocol}//${/:\/\/[^/]*@/.test(value) ? '[redacted]@' : ''}${host}${pathname}`
}
