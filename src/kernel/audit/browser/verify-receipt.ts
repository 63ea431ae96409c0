/**
 * Checks a receipt of the transparency log in a browser, by WebCrypto alone: no import, no network, no trust in the page that
 * shows it beyond this file and the verifier key. docs/transparency-log.md describes each step.
 */
interface ReceiptInput {
  readonly leafHash: string
  readonly leaf: string
  readonly salt: string
  readonly index: number
  readonly proof: readonly string[]
  readonly checkpoint: string
}
export type ReceiptVerdict =
  | { readonly ok: true; readonly treeSize: number; readonly origin: string }
  | { readonly ok: false; readonly reason: ReceiptFault }
export type ReceiptFault =
  | 'malformed'
  | 'leaf-differs'
  | 'not-in-the-tree'
  | 'unknown-key'
  | 'signature-invalid'

/** `vkeys`: the lines of `/log/key`, or one of them; a signature by any suffices. */
export const verifyReceipt = async (
  receipt: ReceiptInput,
  vkeys: string,
): Promise<ReceiptVerdict> => {
  try {
    return await check(receipt, vkeys)
  } catch (error) {
    return { ok: false, reason: error instanceof Fault ? error.reason : 'malformed' }
  }
}

class Fault extends Error {
  readonly reason: ReceiptFault
  constructor(reason: ReceiptFault) {
    super(reason)
    this.reason = reason
  }
}

const check = async (receipt: ReceiptInput, vkeys: string): Promise<ReceiptVerdict> => {
  const note = parseCheckpoint(receipt.checkpoint)
  const leaf = await leafHashOf(receipt)
  if (!equal(leaf, decode(receipt.leafHash))) throw new Fault('leaf-differs')
  const proof = receipt.proof.map(decode)
  const root = await rootFromProof(leaf, receipt.index, note.size, proof)
  if (!equal(root, note.root)) throw new Fault('not-in-the-tree')
  await checkSignature(note, vkeys)
  return { ok: true, treeSize: note.size, origin: note.origin }
}

/** The entry in the log is SHA-256 over a label, the salt and the leaf; its place in the tree, RFC 9162 §2.1.1. */
const leafHashOf = async ({ leaf, salt }: ReceiptInput): Promise<Bytes> => {
  const saltBytes = decode(salt)
  if (saltBytes.length !== 32) throw new Fault('malformed')
  const entry = await sha256(utf8('plinth-audit-leaf-1\n'), saltBytes, decode(leaf))
  return await sha256(new Uint8Array([0]), entry)
}

/** RFC 9162 §2.1.3.2. Plain numbers, not shifts: an index may pass 2^31. */
const rootFromProof = async (
  leaf: Bytes,
  index: number,
  size: number,
  proof: readonly Bytes[],
): Promise<Bytes> => {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) throw new Fault('not-in-the-tree')
  let fn = index
  let sn = size - 1
  let r = leaf
  for (const p of proof) {
    if (sn === 0) throw new Fault('not-in-the-tree')
    if (fn % 2 === 1 || fn === sn) {
      r = await nodeHash(p, r)
      while (fn % 2 === 0 && fn !== 0) {
        fn /= 2
        sn = Math.floor(sn / 2)
      }
    } else {
      r = await nodeHash(r, p)
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  if (sn !== 0) throw new Fault('not-in-the-tree')
  return r
}

const nodeHash = (left: Bytes, right: Bytes): Promise<Bytes> =>
  sha256(new Uint8Array([1]), left, right)

interface Note {
  readonly text: string
  readonly origin: string
  readonly size: number
  readonly root: Bytes
  readonly signatures: readonly { readonly name: string; readonly bytes: Bytes }[]
}

/** C2SP tlog-checkpoint over C2SP signed-note: the text, an empty line, signature lines. */
const parseCheckpoint = (note: string): Note => {
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  const [origin, size, root, ...rest] = text.split('\n')
  if (
    end < 0 ||
    !origin ||
    !size ||
    !root ||
    rest.join('') !== '' ||
    !/^(0|[1-9]\d{0,15})$/.test(size)
  )
    throw new Fault('malformed')
  const lines = note.slice(end + 2).split('\n')
  if (lines.pop() !== '' || lines.length > 100) throw new Fault('malformed')
  const signatures = lines.map((line) => {
    const [, name, bytes] = /^— ([^\s+]+) (\S+)$/.exec(line) ?? []
    if (!name || !bytes) throw new Fault('malformed')
    return { name, bytes: decode(bytes) }
  })
  const rootBytes = decode(root)
  if (rootBytes.length !== 32) throw new Fault('malformed')
  return { text, origin, size: Number(size), root: rootBytes, signatures }
}

const checkSignature = async (note: Note, vkeys: string): Promise<void> => {
  let known = false
  for (const vkey of vkeys.split('\n').filter((line) => line !== '')) {
    const { name, id, publicKey } = await parseVkey(vkey)
    const mine = note.signatures.filter(
      (signature) =>
        signature.name === name && name === note.origin && equal(signature.bytes.slice(0, 4), id),
    )
    for (const { bytes } of mine) {
      known = true
      // signed-note §Signatures: a signature by a known key that fails spoils the note
      if (!(await crypto.subtle.verify('Ed25519', publicKey, bytes.slice(4), utf8(note.text))))
        throw new Fault('signature-invalid')
    }
  }
  if (!known) throw new Fault('unknown-key')
}

/** C2SP signed-note §Verifier keys: `<name>+<key id, hex>+<base64 of algorithm 0x01 and the public key>`. */
const parseVkey = async (
  vkey: string,
): Promise<{ name: string; id: Bytes; publicKey: CryptoKey }> => {
  const [, name, hex, encoded] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey) ?? []
  if (!name || !hex || !encoded) throw new Fault('malformed')
  const key = decode(encoded)
  if (key.length !== 33 || key[0] !== 1) throw new Fault('malformed')
  const id = (await sha256(utf8(`${name}\n`), key)).slice(0, 4)
  if ([...id].map((byte) => byte.toString(16).padStart(2, '0')).join('') !== hex)
    throw new Fault('malformed')
  const publicKey = await crypto.subtle.importKey('raw', key.slice(1), 'Ed25519', false, ['verify'])
  return { name, id, publicKey }
}

type Bytes = Uint8Array<ArrayBuffer>

const sha256 = async (...parts: readonly Bytes[]): Promise<Bytes> => {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole))
}

const utf8 = (text: string): Bytes => new TextEncoder().encode(text)

/** Base64 or base64url, with or without padding; strict in all else. */
const decode = (text: string): Bytes => {
  const plain = text.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '')
  const bytes = Uint8Array.from(atob(plain), (character) => character.charCodeAt(0))
  const again = btoa(String.fromCharCode(...bytes)).replace(/=+$/, '')
  if (again !== plain) throw new Fault('malformed')
  return bytes
}

const equal = (a: Bytes, b: Bytes): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i])
