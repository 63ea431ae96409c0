/** C2SP signed notes and checkpoints, read strictly. */
import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'
import { refuse } from './refusal.ts'

export interface VerifierKey {
  readonly line: string
  readonly name: string
  readonly id: Buffer
  readonly publicKey: KeyObject
}
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
  readonly signers: readonly VerifierKey[]
}

/** `<name>+<key id in hex>+<base64 of the algorithm byte and the key>`; Ed25519 only. */
export const parseVerifierKey = (line: string): VerifierKey => {
  const plus = line.indexOf('+')
  const [name, hex, encoded] = [
    line.slice(0, plus),
    line.slice(plus + 1, plus + 9),
    line.slice(plus + 10),
  ]
  const material = strictBase64(encoded)
  if (
    plus < 1 ||
    line[plus + 9] !== '+' ||
    /\s/.test(name) ||
    material?.length !== 33 ||
    material[0] !== 1
  )
    return refuse(`This is no Ed25519 verifier key: ${line.slice(0, 200)}`)
  const id = createHash('sha256').update(`${name}\n`).update(material).digest().subarray(0, 4)
  if (id.toString('hex') !== hex) return refuse(`The key id of ${name} does not belong to its key.`)
  // RFC 8410 §4: the fixed head of an Ed25519 SubjectPublicKeyInfo
  const der = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), material.subarray(1)])
  return { line, name, id, publicKey: createPublicKey({ key: der, format: 'der', type: 'spki' }) }
}

/** Refuses a malformed note, and one that a key of `keys` is said to have signed but has not. */
export const openCheckpoint = (
  note: string,
  keys: readonly VerifierKey[],
  what: string,
): Checkpoint => {
  const gap = note.lastIndexOf('\n\n')
  const text = note.slice(0, gap + 1)
  const lines = text.split('\n')
  const [origin = '', size = '', encodedRoot = ''] = lines
  const root = strictBase64(encodedRoot)
  const isHead = lines.length === 4 && origin !== '' && /^(0|[1-9]\d{0,15})$/.test(size)
  if (gap < 0 || !isHead || root?.length !== 32)
    return refuse(`${what} is not a checkpoint (C2SP tlog-checkpoint).`)
  const block = note.slice(gap + 2)
  if (!block.endsWith('\n')) return refuse(`${what} is cut off.`)
  const signers = block
    .slice(0, -1)
    .split('\n')
    .flatMap((line) => signerOf(line, text, keys, what))
  if (signers.some(({ name }) => name !== origin))
    return refuse(`${what} is signed by the key of another log.`)
  return { origin, size: Number(size), root, signers }
}

/** Lines of witnesses and of keys that we do not know say nothing to us. */
const signerOf = (
  line: string,
  text: string,
  keys: readonly VerifierKey[],
  what: string,
): VerifierKey[] => {
  const [dash, name, encoded = '', ...rest] = line.split(' ')
  const bytes = strictBase64(encoded)
  if (dash !== '—' || !name || rest.length > 0 || !bytes || bytes.length < 5)
    return refuse(`${what} has a line that is no signature.`)
  const key = keys.find((known) => known.name === name && known.id.equals(bytes.subarray(0, 4)))
  if (!key) return []
  if (!verify(null, Buffer.from(text), key.publicKey, bytes.subarray(4)))
    return refuse(`A signature on the log is not valid: ${what}, key ${key.line}.`)
  return [key]
}

/** Undefined for any text that is not the one spelling of its bytes. */
export const strictBase64 = (
  text: string,
  alphabet: 'base64' | 'base64url' = 'base64',
): Buffer | undefined => {
  const bytes = Buffer.from(text, alphabet)
  return bytes.toString(alphabet) === text ? bytes : undefined
}
