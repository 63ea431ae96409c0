/**
 * What a leaf is made of: docs/transparency-log.md, "A leaf". The person's log key gives each leaf a salt and a content key;
 * without it the commitment in the tree tells nothing, not even to someone who guesses the content.
 */
import assert from 'node:assert/strict'
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hash,
  type KeyObject,
} from 'node:crypto'
import type { NewLeaf } from './audit.ts'
import { canonicalJson } from './canonical.ts'

/** A person's log key: 32 random bytes, and the name that all leaves of the person carry. */
export interface LogKey {
  readonly id: string
  readonly secret: KeyObject
}
export interface SealedLeaf {
  readonly commitment: Buffer
  /** iv || ciphertext || tag. */
  readonly sealed: Buffer
}
export interface OpenedLeaf {
  /** The canonical bytes. */
  readonly bytes: Buffer
  readonly salt: Buffer
}
/** The members of a canonical leaf. */
export interface LeafBody extends Pick<NewLeaf, 'kind' | 'actor' | 'content'> {
  readonly v: 1
  readonly id: string
  /** RFC 3339, UTC, milliseconds. */
  readonly at: string
  /** Name of the log key: the same on all leaves of a person, so that one leaf cannot be shown to two. */
  readonly subject: string
}

/** "Small and flat": a record of an act, not a copy of a record. */
const leafBytesMax = 8192
const ivBytes = 12
const tagBytes = 16

export const sealLeaf = (
  key: LogKey,
  leaf: Omit<LeafBody, 'v' | 'subject'>,
  random: (bytes: number) => Buffer,
): SealedLeaf => {
  const { type, id: actorId } = leaf.actor
  const bytes = Buffer.from(
    canonicalJson({
      v: 1,
      id: leaf.id,
      at: leaf.at,
      kind: leaf.kind,
      subject: key.id,
      actor: { type, id: actorId },
      content: leaf.content,
    }),
  )
  assert(bytes.length <= leafBytesMax, 'audit leaf too large')
  const commitment = commit(saltOf(key, leaf.id), bytes)
  const iv = random(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', contentKeyOf(key, leaf.id), iv)
  cipher.setAAD(commitment)
  const ciphertext = Buffer.concat([cipher.update(bytes), cipher.final()])
  return { commitment, sealed: Buffer.concat([iv, ciphertext, cipher.getAuthTag()]) }
}

/** Undefined when key, content and commitment do not belong together. */
export const openLeaf = (
  key: LogKey,
  id: string,
  { commitment, sealed }: SealedLeaf,
): OpenedLeaf | undefined => {
  const iv = sealed.subarray(0, ivBytes)
  const ciphertext = sealed.subarray(ivBytes, -tagBytes)
  const salt = saltOf(key, id)
  try {
    const decipher = createDecipheriv('aes-256-gcm', contentKeyOf(key, id), iv, {
      authTagLength: tagBytes,
    })
    decipher.setAAD(commitment)
    decipher.setAuthTag(sealed.subarray(-tagBytes))
    const bytes = Buffer.concat([decipher.update(ciphertext), decipher.final()])
    return commit(salt, bytes).equals(commitment) ? { bytes, salt } : undefined
  } catch {
    return undefined
  }
}

/** The salt's length is fixed, so no two pairs of salt and leaf give the same bytes. */
const commit = (salt: Buffer, leaf: Buffer): Buffer =>
  hash('sha256', Buffer.concat([Buffer.from('plinth-audit-leaf-1\n'), salt, leaf]), 'buffer')

const saltOf = (key: LogKey, id: string): Buffer => derive(key, `salt ${id}`)
/** A key for each leaf: no nonce is ever used twice under it. */
const contentKeyOf = (key: LogKey, id: string): KeyObject =>
  createSecretKey(derive(key, `content ${id}`))

const derive = (key: LogKey, label: string): Buffer =>
  createHmac('sha256', key.secret).update(label).digest()
