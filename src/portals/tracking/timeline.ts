/** A packet's way in words: what was done, what is being done, what is still to come. */
import type { PacketView } from '#registry'

export interface TimelineStep {
  /** `tracking.stage-<name>` tells it. */
  readonly name: string
  readonly state: 'done' | 'current' | 'waiting' | 'wrong' | 'todo'
  /** When it was done. */
  readonly at?: Date
}

/** In the order in which a reader meets them. A look by a person is told only where it is needed. */
const stages = [
  'verify-seal',
  'validate-fields',
  'assess-quality',
  'dedupe-demographics',
  'dedupe-biometrics',
  'adjudicate',
  'assign-uin',
] as const

export function timelineOf(packet: PacketView): TimelineStep[] {
  const done = new Map(packet.steps.map(({ stage, at }) => [stage, at]))
  const ended = packet.state === 'rejected'
  const shown = stages.filter(
    (name) => name !== 'adjudicate' || done.has(name) || packet.stage === name,
  )
  const last = packet.steps.at(-1)?.stage
  const steps = shown.map((name): TimelineStep => {
    const at = done.get(name)
    if (ended && name === last) return { name, state: 'wrong', ...(at && { at }) }
    if (packet.stage === name && !ended && packet.state !== 'done')
      return { name, state: nowOf(packet) }
    return at ? { name, state: 'done', at } : { name, state: 'todo' }
  })
  const received: TimelineStep = { name: 'received', state: 'done', at: packet.receivedAt }
  // What comes after a refusal never comes.
  return [received, ...steps.filter(({ state }) => !(ended && state === 'todo'))]
}

const nowOf = ({ state }: PacketView): TimelineStep['state'] =>
  state === 'processing' ? 'current' : 'waiting'

/** Nothing more will happen by itself. */
export const isFinal = ({ state }: PacketView): boolean => state === 'done' || state === 'rejected'
