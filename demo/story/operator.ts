/**
 * An operator's field client, written from docs/packet.md alone: JSON, signed by the operator's key (JWS), sealed for the
 * registry (JWE), posted.
 */
import { randomUUID } from 'node:crypto'
import { CompactEncrypt, CompactSign, importJWK, type JWK } from 'jose'
import { expect, until } from './checks.ts'

export interface Operator {
  readonly id: string
  readonly jwk: JWK & { readonly kid: string }
}
export interface Applicant {
  readonly name: string
  /** `yyyy/MM/dd` */
  readonly born: string
  readonly gender: string
  readonly email: string
  readonly photo: Buffer
}
export interface Tracking {
  readonly rid: string
  readonly state: string
  readonly stage: string
  readonly reason?: string
  readonly uinMasked?: string
}

export async function sealPacket(url: string, operator: Operator, who: Applicant): Promise<string> {
  const { keys } = (await (await fetch(`${url}/packets/intake-key`)).json()) as {
    keys: (JWK & { kid: string })[]
  }
  const [intake] = keys
  expect(intake !== undefined, 'the registry publishes no key to seal for')
  const content = {
    version: 1,
    packetId: randomUUID(),
    createdAt: new Date().toISOString(),
    operator: operator.id,
    centre: '10001',
    identity: {
      IDSchemaVersion: 0.1,
      fullName: [{ language: 'eng', value: who.name }],
      dateOfBirth: who.born,
      gender: who.gender,
      email: who.email,
    },
    photo: {
      type: who.photo[0] === 0x89 ? 'image/png' : 'image/jpeg',
      data: who.photo.toString('base64url'),
    },
  }
  const signed = await new CompactSign(Buffer.from(JSON.stringify(content)))
    .setProtectedHeader({ alg: 'ES256', kid: operator.jwk.kid, typ: 'plinth-packet+jws' })
    .sign(await importJWK(operator.jwk, 'ES256'))
  return new CompactEncrypt(Buffer.from(signed))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: intake.kid })
    .encrypt(await importJWK(intake, 'ECDH-ES'))
}

export const post = (url: string, sealed: string): Promise<Response> =>
  fetch(`${url}/packets`, {
    method: 'POST',
    headers: { 'content-type': 'application/jose' },
    body: sealed,
  })

/** Posts and expects a receipt; answers the RID. */
export async function send(url: string, sealed: string): Promise<string> {
  const response = await post(url, sealed)
  const receipt = (await response.json()) as { rid: string; code?: string }
  expect(response.status === 202, `answered ${response.status} ${receipt.code ?? ''}`)
  return receipt.rid
}

/** Waits until the packet is done, rejected, or waits for a person. */
export const settled = (url: string, rid: string): Promise<Tracking> =>
  until(async () => {
    const view = (await (await fetch(`${url}/packets/${rid}`)).json()) as Tracking
    return view.state === 'processing' ? undefined : view
  }, `an end of packet ${rid}`)
