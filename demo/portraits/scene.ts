/** What changes from one picture to the next: light, pose, place, background, camera. Impression 0 is the plain one. */
import type { Colour } from './person.ts'
import { between, seeded } from './random.ts'

export interface Scene {
  readonly seed: number
  /** Unit vector towards the light: right, up, towards the camera. */
  readonly light: readonly [x: number, y: number, z: number]
  readonly ambient: number
  readonly exposure: number
  readonly tint: Colour
  readonly background: Colour
  readonly clothes: Colour
  /** Radians. */
  readonly roll: number
  /** Sideways shift of what stands out, in half face heights. */
  readonly yaw: number
  readonly pitch: number
  readonly scale: number
  readonly shift: readonly [x: number, y: number]
  readonly smile: number
  /** Standard deviation of the sensor's noise, 0..255. */
  readonly grain: number
}

export function setScene(person: number, impression: number): Scene {
  const random = seeded(person * 104_729 + impression * 1299 + 5)
  const swing = (by: number) => (impression === 0 ? 0 : between(random, -by, by))
  const light = unit([-0.35 + swing(0.35), 0.45 + swing(0.2), 0.85])
  const grey = between(random, 150, 225)
  return {
    seed: person * 31 + impression,
    light,
    ambient: 0.42 + swing(0.08),
    exposure: 1.02 + swing(0.1),
    tint: [1 + swing(0.03), 1, 1 + swing(0.04)],
    background: [grey + swing(20), grey + swing(20), grey + 6 + swing(20)],
    clothes: [between(random, 30, 190), between(random, 30, 160), between(random, 40, 180)],
    roll: swing(0.07),
    yaw: swing(0.05),
    pitch: swing(0.025),
    scale: 1 + swing(0.07),
    shift: [swing(0.1), swing(0.08)],
    smile: swing(0.02),
    grain: 2 + Math.abs(swing(2)),
  }
}

function unit([x, y, z]: readonly [number, number, number]): Scene['light'] {
  const length = Math.hypot(x, y, z)
  return [x / length, y / length, z / length]
}
