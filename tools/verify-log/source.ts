/** Where the log's resources come from: a server, or a folder that mirrors one. */
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { refuse } from './refusal.ts'

/** Undefined when there is no such resource. `path` is relative to the log's prefix. */
export type Source = (path: string) => Promise<Buffer | undefined>

/** The largest is a full entry bundle of 256 entries of at most 65,535 bytes; ours have 32. */
const resourceBytesMax = 256 * 34
const answerMs = 30_000

/** `url` is the house's address, or that of the log itself, which ends in `/log`. */
export const fromServer = (url: string): Source => {
  const house = url.replace(/\/+$/, '')
  const prefix = house.endsWith('/log') ? house : `${house}/log`
  return async (path) => {
    const response = await fetch(`${prefix}/${path}`, {
      redirect: 'error',
      signal: AbortSignal.timeout(answerMs),
    }).catch((cause) => refuse(`${prefix}/${path} did not answer: ${reasonOf(cause)}.`))
    if (response.status === 404) {
      await response.body?.cancel()
      return undefined
    }
    if (!response.ok) return refuse(`${prefix}/${path} answered ${response.status}.`)
    return await readBounded(response, path)
  }
}

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'unknown reason'
  return error.cause instanceof Error ? error.cause.message : error.message
}

const readBounded = async (response: Response, path: string): Promise<Buffer> => {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > resourceBytesMax) return refuse(`${path} is larger than any resource of a log.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export const fromFolder =
  (folder: string): Source =>
  async (path) => {
    const file = join(folder, path)
    const size = await stat(file).then(
      (found) => found.size,
      () => undefined,
    )
    if (size === undefined) return undefined
    if (size > resourceBytesMax) return refuse(`${path} is larger than any resource of a log.`)
    return await readFile(file)
  }

/** Keeps a copy of everything that `source` gives, in the layout that `fromFolder` reads. */
export const mirroring =
  (source: Source, folder: string): Source =>
  async (path) => {
    const content = await source(path)
    if (content) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), content)
    }
    return content
  }
