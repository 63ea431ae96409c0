import type { Sample } from '#biometric-hub'
import type { PacketContent } from '../../packet/content.ts'

/** The packet's photograph as the hub takes it. */
export const samplesOf = ({ photo }: PacketContent): readonly Sample[] => [
  { modality: 'face', image: Buffer.from(photo.data, 'base64url') },
]
