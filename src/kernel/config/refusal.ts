/** Reasons not to start. All of them are gathered before the first is told, each naming its file and its key. */
import type { z } from 'zod'
import { Problem } from '../problems.ts'

/** Problems `config.invalid`, `country.invalid`, `sandbox.invalid`: `detail.problems` lists every reason. */
export function refusal(
  what: 'config' | 'country' | 'sandbox',
  title: string,
  problems: readonly string[],
): Problem {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  return new Problem(`${what}.invalid`, 500, `${title}: ${count}`, { detail: { problems } })
}

/** `fields[3].label.ar` */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, key) =>
      typeof key === 'number'
        ? `${text}[${key}]`
        : text === ''
          ? String(key)
          : `${text}.${String(key)}`,
    '',
  )

/** One line per finding, `path: what is expected`. Never the value: it may be a secret or a person's. */
export function issueLines(error: z.ZodError): { path: PropertyKey[]; text: string }[] {
  return error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], text: 'unknown key' }))
      : [{ path: [...issue.path], text: issue.message }],
  )
}

/** For `safeParse`: an absent key is called missing, not "expected string, received undefined". */
export const missing = (issue: { code?: string; input?: unknown }): string | undefined =>
  issue.input === undefined && issue.code !== 'custom' ? 'missing' : undefined
