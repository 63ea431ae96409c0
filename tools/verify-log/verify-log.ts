/**
 * Verifies a transparency log of Plinth from outside: README.md. Shares no code with the program that writes the log.
 *
 *   node tools/verify-log/verify-log.ts --url URL | --dir DIR [--key KEY] [--state FILE] [--receipt FILE]... [--mirror DIR]
 */
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { replay } from './log.ts'
import { type Checkpoint, openCheckpoint, parseVerifierKey, type VerifierKey } from './note.ts'
import { type CheckedReceipt, readReceipt } from './receipt.ts'
import { Refusal, refuse } from './refusal.ts'
import { fromFolder, fromServer, mirroring, type Source } from './source.ts'
import { readState, type State, writeState } from './state.ts'

const usage =
  'Usage: verify-log.ts --url URL | --dir DIR [--key KEY|FILE] [--state FILE] [--receipt FILE]... [--mirror DIR]'

/** The sentence of acceptance; throws Refusal with that of rejection. `args` as on the command line. */
export const verifyLog = async (args: readonly string[]): Promise<string> => {
  const options = readOptions(args)
  const { source, place } = sourceOf(options)
  const state = options.state === undefined ? undefined : await readState(options.state)
  const shown = await text(source, 'key')
  if (!shown.endsWith('\n')) refuse('The list of keys is cut off.')
  const listed = linesOf(shown).map(parseVerifierKey)
  const trusted = (await trustedLines(options.key, state))?.map(parseVerifierKey) ?? listed
  const keys = [...trusted, ...listed]
  const head = openCheckpoint(await text(source, 'checkpoint'), keys, 'The checkpoint')
  checkSigners(head, trusted, listed)
  const receipts: CheckedReceipt[] = []
  for (const file of options.receipt ?? []) receipts.push(await readReceipt(file, keys))
  checkEarlier(head, state, receipts)
  await checkWhole(source, head, state, receipts)
  if (options.state !== undefined)
    await writeState(options.state, {
      origin: head.origin,
      size: head.size,
      root: head.root.toString('base64'),
      keys: trusted.map(({ line }) => line),
    })
  return sentence(place, head, state, receipts)
}

const readOptions = (args: readonly string[]) => {
  const text = { type: 'string' } as const
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        url: text,
        dir: text,
        key: text,
        state: text,
        mirror: text,
        receipt: { type: 'string', multiple: true },
      },
    })
    return values
  } catch {
    return refuse(usage)
  }
}

const sourceOf = ({
  url,
  dir,
  mirror,
}: {
  url?: string
  dir?: string
  mirror?: string
}): { source: Source; place: string } => {
  if ((url === undefined) === (dir === undefined)) return refuse(usage)
  const source = url === undefined ? fromFolder(dir ?? '') : fromServer(url)
  return {
    source: mirror === undefined ? source : mirroring(source, mirror),
    place: url ?? dir ?? '',
  }
}

/** Keys the user names, else those trusted in the last run; on a first run neither: then what the log says of itself. */
const trustedLines = async (
  named: string | undefined,
  state: State | undefined,
): Promise<readonly string[] | undefined> =>
  named === undefined ? state?.keys : linesOf(await readFile(named, 'utf8').catch(() => named))

/** Every key that the log shows has signed, and one of them is a key that we trust. */
const checkSigners = (
  head: Checkpoint,
  trusted: readonly VerifierKey[],
  listed: readonly VerifierKey[],
): void => {
  const signed = new Set(head.signers.map(({ line }) => line))
  if (listed.length === 0 || listed.some(({ line }) => !signed.has(line)))
    refuse('The checkpoint is not signed by the keys that the log shows.')
  if (!trusted.some(({ line }) => signed.has(line)))
    refuse('The checkpoint is not signed by a key that we trust.')
}

const linesOf = (content: string): string[] =>
  content.split('\n').filter((line) => line.trim() !== '')

const text = async (source: Source, path: string): Promise<string> =>
  ((await source(path)) ?? refuse(`${path} is missing.`)).toString()

/** What was signed earlier must lie within what is signed now. */
const checkEarlier = (
  head: Checkpoint,
  state: State | undefined,
  receipts: readonly CheckedReceipt[],
): void => {
  if (state && state.origin !== head.origin)
    refuse(`This is the log ${head.origin}, but the last run saw ${state.origin}.`)
  if (state && state.size > head.size)
    refuse(`The log shrank: it had ${state.size} entries and now has ${head.size}.`)
  for (const { file, head: receipt } of receipts) {
    if (receipt.origin !== head.origin) refuse(`${file} is a receipt of the log ${receipt.origin}.`)
    if (receipt.size > head.size)
      refuse(
        `The log shrank: ${file} was given out at ${receipt.size} entries, now it has ${head.size}.`,
      )
  }
}

const checkWhole = async (
  source: Source,
  head: Checkpoint,
  state: State | undefined,
  receipts: readonly CheckedReceipt[],
): Promise<void> => {
  const root = await replay(source, head.size, {
    atSize: (size, rootThen) => {
      if (state?.size === size && rootThen().toString('base64') !== state.root)
        refuse(`The log was rewritten: its first ${size} entries are not those of the last run.`)
      for (const { file, head: receipt } of receipts)
        if (receipt.size === size && !rootThen().equals(receipt.root))
          refuse(
            `The log was rewritten: its first ${size} entries are not those that ${file} was given out for.`,
          )
    },
    atEntry: (index, entry) => {
      for (const receipt of receipts)
        if (receipt.index === index && !receipt.entry.equals(entry))
          refuse(`Entry ${index} of the log is not the one in ${receipt.file}.`)
    },
  })
  if (!root.equals(head.root)) refuse('The entries do not give the root that the checkpoint signs.')
}

const sentence = (
  place: string,
  head: Checkpoint,
  state: State | undefined,
  receipts: readonly CheckedReceipt[],
): string =>
  [
    `Accepted: the log ${head.origin} at ${place} holds ${head.size} entries, and its checkpoint signs exactly these.`,
    ...(state ? [`The ${state.size} entries of the last run are unchanged.`] : []),
    ...receipts.map(({ file, index, leaf }) => `${file} is entry ${index} of it: ${leaf}`),
  ].join('\n')

if (import.meta.main) {
  try {
    console.log(await verifyLog(process.argv.slice(2)))
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    console.error(error.message === usage ? usage : `Rejected: ${error.message}`)
    process.exitCode = 1
  }
}
