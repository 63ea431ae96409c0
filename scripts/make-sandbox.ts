/**
 * Writes config/countries/demo/sandbox.json. People and numbers come out the same each time; keys and tokens that the
 * file already holds are kept, so that scripts written against them go on working.
 */
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Sandbox } from '../src/kernel/config/sandbox.ts'
import { drawNumber } from '../src/registry/identifiers/draw.ts'
import { uinRules, vidShape } from '../src/registry/identifiers/shape-rules.ts'
import { hashPassword } from '../src/registry/staff/password.ts'
import { people } from './sandbox-people.ts'

const file = new URL('../config/countries/demo/sandbox.json', import.meta.url)
const before: Partial<Sandbox> = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}

/** SHA-256 in counter mode: the same people have the same numbers on every machine. */
function stream(seed: string): (bytes: number) => Buffer {
  let counter = 0
  return (bytes) => {
    const blocks = Array.from({ length: Math.ceil(bytes / 32) }, () =>
      createHash('sha256').update(`${seed}:${counter++}`).digest(),
    )
    return Buffer.concat(blocks).subarray(0, bytes)
  }
}

type PrivateJwk = Sandbox['operators'][number]['jwk']
function makeKey(kid: string, known: PrivateJwk | undefined): PrivateJwk {
  if (known?.kid === kid) return known
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' })
  return { kty: 'EC', crv: 'P-256', x, y, d, kid, alg: 'ES256', use: 'sig' }
}

function persons(): Sandbox['persons'] {
  const random = stream('marenda')
  return people.map(({ names, streets, ...rest }) => ({
    uin: drawNumber({ length: 12, rules: uinRules }, random),
    vids: [{ type: 'Perpetual', vid: drawNumber(vidShape, random) }],
    identity: {
      IDSchemaVersion: 0.1,
      fullName: values(names),
      ...(streets && { addressLine1: values(streets) }),
      ...rest,
    },
  }))
}
const values = (texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([language, value]) => ({ language, value }))

const relyingParties = [
  {
    client_id: 'harbour-bank',
    client_name: { en: 'Harbour Bank', fr: 'Banque du Havre', ar: 'بنك المرفأ' },
    purpose: {
      en: 'to open your account without paper',
      fr: 'pour ouvrir votre compte sans papier',
      ar: 'لفتح حسابك من دون أوراق',
    },
    client_uri: 'https://harbour-bank.example',
    redirect_uris: ['https://harbour-bank.example/callback', 'http://localhost:8081/callback'],
    sector_identifier_uri: 'https://harbour-bank.example/sector-identifier.json',
    scope: 'openid profile email phone address',
    allowed_claims: [
      ...['name', 'birthdate', 'gender', 'picture', 'locale'],
      ...['email', 'phone_number', 'address'],
    ],
  },
  {
    client_id: 'clinic',
    client_name: { en: 'Oldbridge Clinic', fr: 'Clinique de Vieux-Pont', ar: 'عيادة الجسر القديم' },
    purpose: {
      en: 'to find your medical file',
      fr: 'pour retrouver votre dossier médical',
      ar: 'للعثور على ملفك الطبي',
    },
    client_uri: 'https://clinic.example',
    redirect_uris: ['https://clinic.example/callback'],
    scope: 'openid profile',
    allowed_claims: ['name', 'birthdate'],
  },
]
const clients = (): Sandbox['clients'] =>
  relyingParties.map((party) => ({
    ...party,
    application_type: 'web',
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    id_token_signed_response_alg: 'ES256',
    userinfo_signed_response_alg: 'ES256',
    subject_type: 'pairwise',
    require_pushed_authorization_requests: true,
    jwks: {
      keys: [
        makeKey(
          `${party.client_id}-1`,
          before.clients?.find(({ client_id }) => client_id === party.client_id)?.jwks.keys[0],
        ),
      ],
    },
  }))

const operators = (): Sandbox['operators'] =>
  [
    { id: 'operator-1', name: 'Nadia Ferrand' },
    { id: 'operator-2', name: 'Idris Belhaven' },
  ].map(({ id, name }) => ({
    id,
    name,
    jwk: makeKey(`${id}-1`, before.operators?.find((operator) => operator.id === id)?.jwk),
  }))

type Member = Sandbox['staff'][number]
const members: readonly Omit<Member, 'token' | 'passwordHash'>[] = [
  {
    id: 'operator-1',
    name: 'Nadia Ferrand',
    roles: ['operator'],
    password: 'amber-lantern-27',
  },
  {
    id: 'operator-2',
    name: 'Idris Belhaven',
    roles: ['operator'],
    password: 'cedar-bridge-58',
  },
  {
    id: 'adjudicator-1',
    name: 'Salma Orvane',
    roles: ['adjudicator'],
    password: 'quiet-harbour-94',
  },
  {
    id: 'administrator-1',
    name: 'Tomas Kerrin',
    roles: ['administrator', 'operator', 'adjudicator'],
    password: 'stone-plinth-63',
  },
]

async function makeMember(member: (typeof members)[number]): Promise<Member> {
  const known = before.staff?.find(({ id }) => id === member.id)
  const unchanged = known?.password === member.password ? known.passwordHash : undefined
  return {
    ...member,
    passwordHash: unchanged ?? (await hashPassword(member.password, randomBytes(16))),
    token: known?.token ?? randomBytes(32).toString('base64url'),
  }
}

const sandbox: Sandbox = {
  persons: persons(),
  clients: clients(),
  operators: operators(),
  staff: await Promise.all(members.map(makeMember)),
}
writeFileSync(file, `${JSON.stringify(sandbox, null, 2)}\n`)
