/** Receipts: the paper in a resident's hand, against the log as the world sees it. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type Checkpoint, openCheckpoint, strictBase64, type VerifierKey } from './note.ts'
import { refuse } from './refusal.ts'
import { climb, leafHash } from './tree.ts'

export interface CheckedReceipt {
  readonly file: string
  readonly index: number
  readonly entry: Buffer
  /** The tree that the receipt was given out for. */
  readonly head: Checkpoint
  /** What the receipt says happened. */
  readonly leaf: string
}

/** Checks all that can be checked without the log: commitment, proof, signature. */
export const readReceipt = async (
  file: string,
  keys: readonly VerifierKey[],
): Promise<CheckedReceipt> => {
  const receipt = parse(
    await readFile(file, 'utf8').catch(() => refuse(`There is no file ${file}.`)),
    file,
  )
  const head = openCheckpoint(receipt.checkpoint, keys, `The checkpoint in ${file}`)
  if (head.signers.length === 0) return refuse(`${file} is not signed by a key of this log.`)
  const entry = createHash('sha256')
    .update('plinth-audit-leaf-1\n')
    .update(receipt.salt)
    .update(receipt.leaf)
    .digest()
  const hash = leafHash(entry)
  if (!hash.equals(receipt.leafHash))
    return refuse(`The leaf in ${file} is not the one that was logged.`)
  if (receipt.index >= head.size) return refuse(`The index in ${file} lies outside its tree.`)
  if (climb(hash, receipt.index, head.size, receipt.proof)?.equals(head.root) !== true)
    return refuse(`The proof in ${file} does not lead to its checkpoint.`)
  return { file, index: receipt.index, entry, head, leaf: receipt.leaf.toString() }
}

const parse = (text: string, file: string) => {
  const malformed = () => refuse(`${file} is not a receipt.`)
  const value: unknown = readJson(text) ?? malformed()
  const member = (name: string): unknown =>
    typeof value === 'object' && value !== null
      ? Object.getOwnPropertyDescriptor(value, name)?.value
      : undefined
  const bytes = (found: unknown, alphabet: 'base64' | 'base64url'): Buffer =>
    (typeof found === 'string' ? strictBase64(found, alphabet) : undefined) ?? malformed()
  const [index, proof, checkpoint] = [member('index'), member('proof'), member('checkpoint')]
  const salt = bytes(member('salt'), 'base64url')
  if (typeof index !== 'number' || !Number.isSafeInteger(index) || index < 0) return malformed()
  if (!Array.isArray(proof) || proof.length > 64 || typeof checkpoint !== 'string')
    return malformed()
  if (salt.length !== 32) return malformed()
  return {
    leaf: bytes(member('leaf'), 'base64url'),
    leafHash: bytes(member('leafHash'), 'base64'),
    salt,
    index,
    proof: proof.map((hash) => bytes(hash, 'base64')),
    checkpoint,
  }
}

const readJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
