/** A passkey provider in software, by the WebAuthn Level 3 text: P-256 keys, user verification, no attestation. */
import {
  createHash,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

export interface Authenticator {
  readonly credentialId: string
  /** What `navigator.credentials.create` would answer. */
  create(options: CreationOptions, origin: string): object
  /** What `navigator.credentials.get` would answer. */
  get(options: RequestOptions, origin: string, changes?: Changes): object
}
interface CreationOptions {
  readonly challenge: string
  readonly rp: { readonly id?: string }
  readonly user: { readonly id: string }
}
interface RequestOptions {
  readonly challenge: string
  readonly rpId?: string
}
export interface Changes {
  readonly userVerified?: boolean
  readonly counter?: number
  readonly userHandle?: string
  readonly signature?: Buffer
}

/** `synced`: the key may live on several devices (flags BE and BS). */
export const anAuthenticator = ({ synced = false } = {}): Authenticator => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  let counter = 0
  let userHandle = ''
  const credentialId = id.toString('base64url')
  return {
    credentialId,
    create: (options, origin) => {
      userHandle = options.user.id
      const attested = Buffer.concat([Buffer.alloc(16), uint16(id.length), id, coseKey(publicKey)])
      const authData = authenticatorData(options.rp.id ?? '', {
        synced,
        verified: true,
        counter,
        attested,
      })
      return credential(credentialId, {
        clientDataJSON: clientData('webauthn.create', options.challenge, origin).toString(
          'base64url',
        ),
        attestationObject: attestationObject(authData).toString('base64url'),
        transports: ['internal'],
      })
    },
    get: (options, origin, changes = {}) => {
      counter = changes.counter ?? (synced ? 0 : counter + 1)
      const verified = changes.userVerified ?? true
      const authData = authenticatorData(options.rpId ?? '', { synced, verified, counter })
      const client = clientData('webauthn.get', options.challenge, origin)
      return credential(credentialId, {
        clientDataJSON: client.toString('base64url'),
        authenticatorData: authData.toString('base64url'),
        signature: (changes.signature ?? sign(privateKey, authData, client)).toString('base64url'),
        userHandle: changes.userHandle ?? userHandle,
      })
    },
  }
}

const credential = (id: string, response: object): object => ({
  id,
  rawId: id,
  type: 'public-key',
  response,
  clientExtensionResults: {},
  authenticatorAttachment: 'platform',
})

/** WebAuthn §6.1: rpIdHash, flags, counter, then the attested credential. */
const authenticatorData = (
  rpId: string,
  part: {
    readonly synced: boolean
    readonly verified: boolean
    readonly counter: number
    readonly attested?: Buffer
  },
): Buffer => {
  const up = 0x01
  const uv = part.verified ? 0x04 : 0
  const backup = part.synced ? 0x18 : 0
  const at = part.attested ? 0x40 : 0
  const counter = Buffer.alloc(4)
  counter.writeUInt32BE(part.counter)
  return Buffer.concat([
    sha256(Buffer.from(rpId)),
    Buffer.from([up | uv | backup | at]),
    counter,
    part.attested ?? Buffer.alloc(0),
  ])
}

const clientData = (type: string, challenge: string, origin: string): Buffer =>
  Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))

const sign = (key: KeyObject, authData: Buffer, client: Buffer): Buffer =>
  createSign('sha256').update(authData).update(sha256(client)).sign(key)

const sha256 = (data: Buffer): Buffer => createHash('sha256').update(data).digest()
const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff])

/** RFC 9053 §7.1.1 in CBOR: {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
const coseKey = (key: KeyObject): Buffer => {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
    Buffer.from(x, 'base64url'),
    Buffer.from([0x22, 0x58, 0x20]),
    Buffer.from(y, 'base64url'),
  ])
}

/** {"fmt": "none", "attStmt": {}, "authData": bytes}. */
const attestationObject = (authData: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from([0xa3, 0x63]),
    Buffer.from('fmt'),
    Buffer.from([0x64]),
    Buffer.from('none'),
    Buffer.from([0x67]),
    Buffer.from('attStmt'),
    Buffer.from([0xa0, 0x68]),
    Buffer.from('authData'),
    Buffer.from([0x59]),
    uint16(authData.length),
    authData,
  ])
