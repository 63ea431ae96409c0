/**
 * Why a packet is refused at its receipt (nothing is stored) and the codes under which the pipeline rejects one later
 * (`PacketView.reason`). docs/packet.md lists both for client makers.
 */
import { defineProblems } from '#kernel/problems.ts'

export const problem = defineProblems({
  'packet.malformed': [400, 'This is not a packet: expected a compact JWE'],
  'packet.unsupported-algorithm': [400, 'Seal packets with ECDH-ES on P-256 and A256GCM'],
  'packet.compressed': [400, 'Compressed packets are not accepted'],
  'packet.wrong-key': [400, 'The packet is sealed for a key that is not ours'],
  'packet.seal-broken': [422, 'The packet was altered after it was sealed'],
  'packet.unsigned': [422, 'The sealed content is not a compact JWS signed with ES256'],
  'packet.unknown-signer': [422, 'No operator signs with this key now'],
  'packet.signature-invalid': [422, "The operator's signature does not fit the content"],
  'packet.operator-mismatch': [422, 'The packet names another operator than the one who signed'],
  'packet.too-large': [413, 'The packet is larger than this house accepts'],
  'packet.too-complex': [422, 'The content is nested too deeply or has too many members'],
  'packet.content-invalid': [422, 'The content does not have the form of a packet'],
  'packet.from-the-future': [422, 'The packet was created later than now: check the clock'],
  'packet.replayed': [409, 'Another packet with this packetId was received before'],
  'packet.unknown': [404, 'There is no packet with this number'],
  'packet.not-parked': [409, 'This packet is not parked'],
})
