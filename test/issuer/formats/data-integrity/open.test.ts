import { DataIntegrityProof } from '@digitalbazaar/data-integrity'
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite'
import { type DocumentLoader, verifyCredential } from '@digitalbazaar/vc'
import test, { type ExecutionContext } from 'ava'
import { didDocument, issuerDid } from '../../../../src/issuer/did/did-web.ts'
import { ownContexts } from '../../../../src/issuer/formats/data-integrity/contexts.ts'
import { unsignedCredential } from '../../../../src/issuer/formats/data-integrity/credential.ts'
import { openDataIntegrity } from '../../../../src/issuer/formats/data-integrity/open.ts'
import { staticLoader } from '../../../../src/issuer/formats/data-integrity/static-loader.ts'
import type { Context } from '../../../../src/kernel/context.ts'
import { demoCatalogue } from '../../../support/issuer.ts'
import { withKeys } from '../../../support/keys.ts'

const publicUrl = 'http://localhost:8080'
const at = 1_800_000_000

const setUp = async (t: ExecutionContext) => {
  const { keys, random } = await withKeys(t)
  const ctx = {
    config: { server: { publicUrl } },
    keys,
    random,
    now: () => new Date(at * 1000),
  } as unknown as Context
  const contexts = ownContexts(publicUrl, await demoCatalogue())
  const dataIntegrity = openDataIntegrity(ctx, contexts)
  t.teardown(() => dataIntegrity.stop())
  const own = await staticLoader(contexts)
  await keys.active('credential-data-integrity')
  const did = await didDocument(ctx)
  const methods = did.verificationMethod as { id: string }[]
  const documentLoader: DocumentLoader = async (url) => {
    const method = methods.find((candidate) => candidate.id === url)
    const document = method
      ? { '@context': 'https://w3id.org/security/multikey/v1', ...method }
      : url === did.id
        ? did
        : undefined
    return document ? { contextUrl: null, documentUrl: url, document } : own(url)
  }
  const verify = (credential: Record<string, unknown>) =>
    verifyCredential({
      credential,
      suite: new DataIntegrityProof({ cryptosuite }),
      documentLoader,
      now: new Date((at + 60) * 1000),
      checkStatus: async () => ({ verified: true }),
    })
  return { dataIntegrity, verify, own, keys }
}

const credential = (change: object = {}) =>
  unsignedCredential({
    id: '6a3f9c5e-8d1f-4a34-9a37-0b1a2c3d4e5f',
    publicUrl,
    configurationId: 'national-id-ldp',
    type: 'NationalIdCredential',
    issuer: issuerDid(publicUrl),
    holderDid: 'did:jwk:e30',
    claims: {
      fullName: 'Amina "Möbius" 你好',
      birthDate: '1990-04-01',
      ageOver18: true,
      address: { formatted: 'x', locality: 'Kano' },
    },
    iat: at,
    exp: at + 86_400,
    status: { idx: 42, uri: `${publicUrl}/status-lists/1/credential` },
    ...change,
  })

test('an independent verifier accepts the credential', async (t) => {
  const { dataIntegrity, verify } = await setUp(t)
  const signed = await dataIntegrity.sign(credential())
  const proof = signed.proof as Record<string, string>
  t.is(proof.cryptosuite, 'eddsa-rdfc-2022')
  t.true(proof.verificationMethod?.startsWith('did:web:localhost%3A8080#'))
  const result = await verify(signed)
  t.true(result.verified, result.error?.errors?.[0]?.message)
})

test('one changed claim, another holder, another status or validity is refused', async (t) => {
  const { dataIntegrity, verify } = await setUp(t)
  const signed = await dataIntegrity.sign(credential())
  const changes: ((copy: Record<string, Record<string, unknown>>) => void)[] = [
    (copy) => Object.assign(copy.credentialSubject ?? {}, { fullName: 'Mallory' }),
    (copy) => Object.assign(copy.credentialSubject ?? {}, { id: 'did:jwk:W10' }),
    (copy) => Object.assign(copy.credentialSubject?.address ?? {}, { locality: 'Lagos' }),
    (copy) => Object.assign(copy.credentialStatus ?? {}, { statusListIndex: '43' }),
    (copy) => Object.assign(copy, { validUntil: '2099-01-01T00:00:00Z' }),
    (copy) => Object.assign(copy.proof ?? {}, { created: '2026-01-01T00:00:00Z' }),
  ]
  for (const change of changes) {
    const copy = structuredClone(signed)
    change(copy as Record<string, Record<string, unknown>>)
    t.false((await verify(copy)).verified, change.toString())
  }
})

test('many at once, each with its own proof', async (t) => {
  const { dataIntegrity, verify } = await setUp(t)
  const signed = await Promise.all(
    Array.from({ length: 12 }, (_, index) =>
      dataIntegrity.sign(credential({ status: { idx: index, uri: 'http://localhost/l' } })),
    ),
  )
  t.is(new Set(signed.map((one) => (one.proof as { proofValue: string }).proofValue)).size, 12)
  for (const one of signed) t.true((await verify(one)).verified)
})

test('a context that is not pinned is refused, and no connection is opened', async (t) => {
  const { dataIntegrity, own } = await setUp(t)
  const foreign = {
    ...credential(),
    '@context': ['https://www.w3.org/ns/credentials/v2', 'https://attacker.example/ctx'],
  }
  await t.throwsAsync(dataIntegrity.sign(foreign), { message: /^Data Integrity proof failed/ })
  await t.throwsAsync(own('https://attacker.example/ctx'), { message: /refused/ })
  // the worker lives on
  t.truthy((await dataIntegrity.sign(credential())).proof)
})

test('a term that no context defines is refused rather than left unsigned', async (t) => {
  const { dataIntegrity } = await setUp(t)
  await t.throwsAsync(dataIntegrity.sign(credential({ claims: { surprise: 'x' } })))
})

test('a context of another content than the pinned one stops the start', async (t) => {
  const [own] = ownContexts(publicUrl, await demoCatalogue())
  t.truthy(own)
  if (own) await t.throwsAsync(staticLoader([{ ...own, sha256: '0'.repeat(64) }]))
})

test('after a rotation the new key signs and the old credential still verifies', async (t) => {
  const { dataIntegrity, verify, keys } = await setUp(t)
  const before = await dataIntegrity.sign(credential())
  // the successor was published from the start
  await keys.rotate('credential-data-integrity')
  const after = await dataIntegrity.sign(credential())
  const method = (signed: Record<string, unknown>) =>
    (signed.proof as { verificationMethod: string }).verificationMethod
  t.not(method(before), method(after))
  t.true((await verify(before)).verified)
  t.true((await verify(after)).verified)
})
