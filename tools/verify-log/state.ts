/** What the last run saw and trusted: what the log must still contain, unchanged, and the keys that must have signed it. */
import { readFile, rename, writeFile } from 'node:fs/promises'
import { refuse } from './refusal.ts'

export interface State {
  readonly origin: string
  readonly size: number
  /** Base64. */
  readonly root: string
  readonly keys: readonly string[]
}

/** Undefined when there is no file yet. */
export const readState = async (file: string): Promise<State | undefined> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : refuse(`${file} cannot be read.`),
  )
  if (text === undefined) return undefined
  try {
    const state: State = JSON.parse(text)
    if (isState(state)) return state
  } catch {
    // said below
  }
  return refuse(`${file} is not a state of this tool; an earlier run may have been cut off.`)
}

const isState = ({ origin, size, root, keys }: State): boolean =>
  typeof origin === 'string' &&
  Number.isSafeInteger(size) &&
  typeof root === 'string' &&
  Array.isArray(keys) &&
  keys.every((key) => typeof key === 'string')

export const writeState = async (file: string, state: State): Promise<void> => {
  await writeFile(`${file}.new`, `${JSON.stringify(state, undefined, 2)}\n`)
  await rename(`${file}.new`, file)
}
