/** Skull, skin, hair, ears, neck: everything that carries the features. */
import { bell, ellipse, over, smooth, times } from './paint.ts'
import type { Colour, Person } from './person.ts'
import type { Scene } from './scene.ts'

type Noise = (x: number, y: number) => number

/** Half width of the head at height `y`; 0 above the crown and below the chin. */
export function halfWidth(person: Person, y: number): number {
  const { width, jaw, chin, cheek } = person.head
  if (y < 0) return width * Math.sqrt(Math.max(0, 1 - (y / 1.12) ** 2))
  const oval = Math.max(0, 1 - y ** jaw) ** (0.5 + 0.2 * chin)
  return width * oval * (1 - 0.14 * smooth(0, 0.8, y)) + cheek * bell(0, y - 0.25, 1, 0.3)
}

/** Light on a ball-like head, 0 (black) to about 1.2. */
export function shade(person: Person, scene: Scene, x: number, y: number): number {
  const half = Math.max(0.05, halfWidth(person, Math.min(0.9, y)))
  const nx = Math.max(-0.97, Math.min(0.97, (x / half) * 0.92))
  const ny = Math.max(-0.9, Math.min(0.9, -y * 0.62))
  const nz = Math.sqrt(Math.max(0.03, 1 - nx * nx - ny * ny))
  const [lx, ly, lz] = scene.light
  const direct = Math.max(0, nx * lx + ny * ly + nz * lz)
  const plain = scene.ambient + (1.18 - scene.ambient) * direct
  return Math.max(0.05, 0.95 + (plain - 0.95) * person.character.relief)
}

export function skinAt(person: Person, x: number, y: number, noise: Noise): Colour {
  const mottle = 0.97 + 0.06 * noise(x * 14, y * 14)
  let colour = times(person.skin, mottle)
  const cheeks = bell(Math.abs(x) - 0.42, y - 0.25, 0.2, 0.18)
  colour = over(colour, [colour[0], colour[1] * 0.86, colour[2] * 0.84], 0.5 * cheeks)
  const hollow = bell(Math.abs(x) - person.head.width * 0.62, y - 0.35, 0.12, 0.2)
  colour = times(colour, 1 - person.character.hollow * hollow)
  const freckle = smooth(0.78, 0.9, noise(x * 60 + 9, y * 60)) * bell(x, y - 0.15, 0.5, 0.2)
  colour = times(colour, 1 - 0.3 * person.age.freckles * freckle)
  const { nose, mouth, eyes } = person
  const from = eyes.height + nose.length
  const along = smooth(from - 0.06, from, y) * smooth(mouth.height + 0.1, mouth.height, y)
  const fold = nose.width + 0.06 + (y - from) * 0.35
  return times(colour, 1 - 0.22 * person.age.folds * along * bell(Math.abs(x) - fold, 0, 0.035, 1))
}

export function paintBeard(skin: Colour, x: number, y: number, person: Person, noise: Noise) {
  const { beard, mouth, nose, eyes } = person
  const strands = 0.6 + 0.6 * noise(x * 70, y * 45)
  const lip = eyes.height + nose.length + 0.03
  const moustache =
    smooth(lip, lip + 0.03, y) *
    smooth(mouth.height - mouth.upper, mouth.height - mouth.upper - 0.03, y) *
    smooth(mouth.width + 0.1, mouth.width - 0.12, Math.abs(x))
  const rim = halfWidth(person, Math.min(0.93, y))
  const jaw = smooth(0.28, 0.12, rim - Math.abs(x)) * smooth(0.15, 0.5, y)
  const around = smooth(0.15, 0.3, Math.hypot(x / 1.25, y - mouth.height) - mouth.width * 0.3)
  const chin = Math.max(jaw, smooth(mouth.height + 0.1, mouth.height + 0.2, y)) * around
  const full = Math.min(1, (moustache * beard.moustache + chin * beard.chin) * strands)
  const shadow = Math.max(moustache, smooth(0.3, 0.5, y) * around) * beard.stubble * strands
  return over(times(skin, 1 - 0.5 * shadow), times(person.hair, 0.85), full)
}

/** Part of the point that hair covers, in front of the face or behind it. */
export function hairAt(person: Person, x: number, y: number, noise: Noise) {
  const { line, volume, length, parting, peak, curl } = person.hairStyle
  const wave = (noise(x * curl, y * curl) - 0.5) * 0.06
  const brow =
    line + 0.22 * (x - parting * 0.4) ** 2 + peak * bell(x, 0, 0.15, 1) + wave + 0.9 * x ** 4
  const inside = halfWidth(person, y)
  const crown = Math.hypot(x / (person.head.width + volume), (y + 0.1) / (1.04 + volume))
  const cap = smooth(1.02, 0.98, crown + wave)
  const fringe = cap * smooth(brow + 0.03, brow - 0.03, y)
  const outside = smooth(inside - 0.03, inside + 0.02, Math.abs(x) + wave)
  const hangs = smooth(length + 0.05, length - 0.05, y)
  const reach = smooth(person.head.width + volume + 0.04, person.head.width + volume, Math.abs(x))
  const behind = (y < -0.1 ? cap : reach) * outside * hangs
  return { front: fringe, behind: Math.max(behind, cap * smooth(-0.05, -0.15, y) * outside) }
}

export function hairColour(person: Person, scene: Scene, x: number, y: number, noise: Noise) {
  const strands = 0.75 + 0.5 * noise(x * 55 + y * 8, y * 10)
  const gloss = 0.8 + 0.5 * bell(x - scene.light[0], y + 0.8, 0.5, 0.25)
  return times(person.hair, strands * gloss)
}

export const earAt = (person: Person, x: number, y: number): number =>
  ellipse(
    Math.abs(x) - halfWidth(person, 0.05) - 0.01,
    y - 0.03,
    person.head.ears * 0.55,
    person.head.ears * 1.25,
    0.12,
  )
