/**
 * Makes a packet as an operator's client does: JSON, signed (JWS), sealed (JWE). Our own enrolment page uses it with a
 * key of the house's; tests and the demonstration with keys of their own. docs/packet.md tells others how.
 */
import { CompactEncrypt, CompactSign, importJWK, type JWK } from 'jose'
import type { PacketContent } from './content.ts'
import { PACKET_TYPE } from './jws.ts'

/** @param signer private P-256 JWK with its `kid`; @param intake public JWK of `GET /packets/intake-key`. */
export async function sealContent(
  content: PacketContent,
  signer: JWK & { readonly kid: string },
  intake: JWK & { readonly kid: string },
): Promise<string> {
  const signed = await new CompactSign(Buffer.from(JSON.stringify(content), 'utf8'))
    .setProtectedHeader({ alg: 'ES256', kid: signer.kid, typ: PACKET_TYPE })
    .sign(await importJWK(signer, 'ES256'))
  return new CompactEncrypt(Buffer.from(signed, 'ascii'))
    .setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM', kid: intake.kid })
    .encrypt(await importJWK(intake, 'ECDH-ES'))
}
