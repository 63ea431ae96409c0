/**
 * SD-JWT VC issuing, 11 disclosures: our compiled issuer with the key store, against the bare P-256 signature of the
 * same run (the limit) and against `@sd-jwt/sd-jwt-vc` (the peer). One thread, its own time; no HTTP, no database. The
 * Data Integrity rate through `@digitalbazaar/vc` in its worker is reported beside it, by the clock on the wall.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { digest, generateSalt } from '@sd-jwt/crypto-nodejs'
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc'
import type { Context } from '#kernel/context.ts'
import { openKeyStore } from '#kernel/keys/open.ts'
import { signJose } from '#kernel/keys/sign-jose.ts'
import { issuerDid } from '../src/issuer/did/did-web.ts'
import type { HolderJwk } from '../src/issuer/did/public-jwk.ts'
import { ownContext } from '../src/issuer/formats/data-integrity/contexts.ts'
import { unsignedCredential } from '../src/issuer/formats/data-integrity/credential.ts'
import { openDataIntegrity } from '../src/issuer/formats/data-integrity/open.ts'
import { compileSdJwt } from '../src/issuer/formats/sd-jwt/compile.ts'
import { type BenchOptions, type BenchResult, median } from './result.ts'

const rounds = 25
const sliceMs = 60
const publicUrl = 'https://id.example'
const iss = publicUrl
const vct = `${publicUrl}/credentials/types/national-id/v1`

const claimsOf = (number: number) => ({
  given_name: 'Aisha',
  family_name: 'Bello',
  birthdate: '1990-04-01',
  gender: 'female',
  personal_administrative_number: String(1_000_000_000 + number),
  nationalities: ['XX'],
  place_of_birth: { locality: 'Kano' },
  address: { street_address: '1 Main St', locality: 'Kano', region: 'Kano', country: 'XX' },
  phone_number: '+999401000001',
  email: 'aisha@example.org',
  age_equal_or_over: { '18': true },
})
const names = Object.keys(claimsOf(0)) as (keyof ReturnType<typeof claimsOf>)[]
const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const holder = publicKey.export({ format: 'jwk' }) as HolderJwk

type Work = (number: number) => unknown

export async function run(_options: BenchOptions): Promise<BenchResult> {
  const dataDir = mkdtempSync(join(tmpdir(), 'plinth-bench-'))
  const now = () => new Date()
  const random = randomBytes
  const keys = await openKeyStore({ dataDir, profile: 'test', now, random })
  const ctx = { config: { server: { publicUrl } }, keys, random, now } as unknown as Context
  const dataIntegrity = openDataIntegrity(ctx, [linkedDataContext])
  try {
    const issuer = ours(ctx)
    const { raw, library } = peers(signingInputOf(await issuer(0)))
    for (const work of [raw, issuer, library]) await slice(work)
    const runs = []
    for (let round = 0; round < rounds; round++) {
      const before = await slice(raw)
      const own = await slice(issuer)
      const theirs = await slice(library)
      runs.push({ raw: (before + (await slice(raw))) / 2, own, theirs })
    }
    return {
      name: 'issue',
      node: process.version,
      cpu: cpus()[0]?.model ?? 'unknown',
      value: median(runs.map(({ own }) => own)),
      unit: 'SD-JWT VC/s of one thread',
      limit: median(runs.map((one) => one.raw)),
      ratio: median(runs.map((one) => one.own / one.raw)),
      peers: [
        {
          name: '@sd-jwt/sd-jwt-vc 0.19.0',
          value: median(runs.map(({ theirs }) => theirs)),
          ratio: median(runs.map(({ own, theirs }) => own / theirs)),
        },
      ],
      runs: rounds,
      dataIntegrityPerSecond: await linkedData(dataIntegrity),
    }
  } finally {
    await dataIntegrity.stop()
    await keys.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

/** As `formats/compile.ts` calls it for each credential: the active key is asked for every time. */
const ours = (ctx: Context): ((number: number) => Promise<string>) => {
  const issue = compileSdJwt({ iss, vct, disclosable: names, decoys: 0 })
  return async (number) => {
    const { kid } = await ctx.keys.active('credential-sd-jwt')
    return issue(ctx, kid, { claims: claimsOf(number), holder, ...validity(number) })
  }
}

/** The bytes under the issuer's signature: header and payload of the JWT before the disclosures. */
const signingInputOf = (credential: string): Buffer =>
  Buffer.from(credential.slice(0, credential.indexOf('~')).split('.').slice(0, 2).join('.'))

/** @param message what one of our credentials has to have signed */
const peers = (message: Buffer): { raw: Work; library: Work } => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  // the fastest P-256 signature that Node 24 makes: DER, without options (kernel/keys/sign-jose.ts)
  const raw = () => sign('sha256', message, privateKey)
  const instance = new SDJwtVcInstance({
    // the same signature as ours, so that only the issuers differ
    signer: async (data) => signJose(privateKey, Buffer.from(data)).toString('base64url'),
    signAlg: 'ES256',
    hasher: digest,
    hashAlg: 'sha-256',
    saltGenerator: generateSalt,
  })
  return {
    raw,
    library: (number) => {
      const { status, iat, exp } = validity(number)
      const payload = { iss, vct, iat, exp, cnf: { jwk: holder }, status: { status_list: status } }
      return instance.issue({ ...payload, ...claimsOf(number) }, { _sd: names } as never, {
        header: { typ: 'dc+sd-jwt', kid: 'key' },
      })
    },
  }
}

const validity = (number: number) => ({
  iat: 1_800_000_000,
  exp: 1_831_536_000,
  status: { idx: number & 0x1ffff, uri: `${publicUrl}/status-lists/1` },
})

/** Rate of one slice, per second of this thread's own time: what other programs do on the machine does not count. */
const slice = async (work: Work): Promise<number> => {
  const start = cpuMs()
  let done = 0
  let elapsed = 0
  do {
    for (let burst = 0; burst < 8; burst++) {
      const result = work(done++)
      if (result instanceof Promise) await result
    }
    elapsed = cpuMs() - start
  } while (elapsed < sliceMs)
  return (done / elapsed) * 1000
}

const cpuMs = (): number => {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

const linkedDataClaims = ['fullName', 'birthDate', 'gender', 'email', 'phoneNumber', 'ageOver18']
const linkedDataContext = ownContext(
  publicUrl,
  'national-id-ldp',
  'NationalIdCredential',
  linkedDataClaims.map((name) => ({ name, from: 'name', mandatory: false, label: {} })),
)

/** Through the worker, eight under way at a time. */
const linkedData = async (dataIntegrity: ReturnType<typeof openDataIntegrity>): Promise<number> => {
  const one = (number: number) =>
    dataIntegrity.sign(
      unsignedCredential({
        id: '6a3f9c5e-8d1f-4a34-9a37-0b1a2c3d4e5f',
        publicUrl,
        configurationId: 'national-id-ldp',
        type: 'NationalIdCredential',
        issuer: issuerDid(publicUrl),
        holderDid: 'did:jwk:e30',
        claims: Object.fromEntries(linkedDataClaims.map((name) => [name, `value ${number}`])),
        ...validity(number),
      }),
    )
  const batch = () => Promise.all(Array.from({ length: 8 }, (_, number) => one(number)))
  for (let warm = 0; warm < 20; warm++) await batch()
  const rates = []
  for (let round = 0; round < 9; round++) {
    const start = performance.now()
    for (let count = 0; count < 5; count++) await batch()
    rates.push(40_000 / (performance.now() - start))
  }
  return median(rates)
}
