/** Checkpoints (C2SP tlog-checkpoint) as signed notes (C2SP signed-note), Ed25519. */
import { createPublicKey, hash, verify } from 'node:crypto'
import type { KeyInfo, KeyStore } from '../keys/keys.ts'

export interface TreeHead {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
}

const ed25519 = 0x01

/**
 * Signed by the active key and by its successor: a verifier that trusts both when it starts still trusts one after a
 * rotation. Who does not know the second ignores its line (signed-note §Signatures).
 */
export const signCheckpoint = async (keys: KeyStore, head: TreeHead): Promise<string> => {
  const text = checkpointText(head)
  const lines = await Promise.all(
    (await signingKeys(keys)).map(async (key) => {
      const signature = await keys.sign(key.kid, Buffer.from(text))
      const line = Buffer.concat([keyId(head.origin, key), signature])
      return `— ${head.origin} ${line.toString('base64')}\n`
    }),
  )
  return `${text}\n${lines.join('')}`
}

const checkpointText = ({ origin, size, root }: TreeHead): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`

const signingKeys = async (keys: KeyStore): Promise<KeyInfo[]> => {
  await keys.active('audit-checkpoint')
  const all = await keys.list('audit-checkpoint')
  return all.filter(({ state }) => state === 'active' || state === 'next')
}

/** What a verifier trusts, a line a key (signed-note §Verifier keys). */
export const verifierKeys = async (keys: KeyStore, origin: string): Promise<string[]> =>
  (await signingKeys(keys)).map((key) => {
    const encoded = Buffer.concat([Buffer.from([ed25519]), publicBytes(key)]).toString('base64')
    return `${origin}+${keyId(origin, key).toString('hex')}+${encoded}`
  })

/** False after a rotation, until the newest tree head is signed again. Looks at key ids only. */
export const isSignedByCurrentKeys = async (
  keys: KeyStore,
  { origin, checkpoint }: { readonly origin: string; readonly checkpoint: string },
): Promise<boolean> => {
  const signers = checkpoint.split('\n').flatMap((line) => {
    const [dash, name, encoded = ''] = line.split(' ')
    return dash === '—' && name === origin ? [Buffer.from(encoded, 'base64').subarray(0, 4)] : []
  })
  return (await signingKeys(keys)).every((key) =>
    signers.some((signer) => signer.equals(keyId(origin, key))),
  )
}

/** Whether `note` says exactly `head` over a signature of one of the log's keys, past ones included. */
export const isCheckpointOf = async (
  keys: KeyStore,
  head: TreeHead,
  note: string,
): Promise<boolean> => {
  const text = checkpointText(head)
  if (!note.startsWith(`${text}\n`)) return false
  const known = await keys.list('audit-checkpoint')
  return note
    .slice(text.length + 1)
    .split('\n')
    .some((line) => known.some((key) => isSignature(key, head.origin, text, line)))
}

const isSignature = (key: KeyInfo, origin: string, text: string, line: string): boolean => {
  const [dash, name, encoded = ''] = line.split(' ')
  const bytes = Buffer.from(encoded, 'base64')
  if (dash !== '—' || name !== origin || !bytes.subarray(0, 4).equals(keyId(origin, key)))
    return false
  const publicKey = createPublicKey({ key: { ...key.publicJwk }, format: 'jwk' })
  return verify(null, Buffer.from(text), publicKey, bytes.subarray(4))
}

const keyId = (name: string, key: KeyInfo): Buffer =>
  hash(
    'sha256',
    Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([ed25519]), publicBytes(key)]),
    'buffer',
  ).subarray(0, 4)

const publicBytes = (key: KeyInfo): Buffer => Buffer.from(key.publicJwk?.x ?? '', 'base64url')
