/** Eyes, brows, nose and mouth, each laid over the skin colour at one point of the face. */
import { bell, ellipse, over, smooth, times } from './paint.ts'
import type { Colour, Person } from './person.ts'
import type { Scene } from './scene.ts'

type Noise = (x: number, y: number) => number

export function paintEyes(skin: Colour, x: number, y: number, person: Person): Colour {
  const { eyes } = person
  const side = x < 0 ? -1 : 1
  const across = (x * side - eyes.apart) / eyes.width
  const tilted = y - eyes.height + eyes.tilt * (x * side - eyes.apart)
  let colour = skin
  const socket = bell(across, tilted + 0.02, 1.35, eyes.width * 0.9)
  colour = times(colour, 1 - eyes.socket * socket)
  colour = times(colour, 1 - 0.25 * person.age.bags * bell(across, tilted - 0.1, 0.9, 0.035))
  const lids = bell(across, tilted + eyes.open * 0.7, 1.05, 0.06)
  colour = over(colour, [48, 40, 52], person.character.makeUp * lids)
  const inside = Math.max(0, 1 - across * across)
  const upper = -eyes.open * inside ** 0.6
  const lower = eyes.open * 0.62 * inside ** 0.8
  const crease = bell(0, tilted - (upper - 0.035 - 0.02 * eyes.fold), 1, 0.012)
  if (Math.abs(across) < 1.1) colour = times(colour, 1 - 0.35 * eyes.fold * crease)
  if (Math.abs(across) < 1) {
    const open =
      smooth(upper - 0.006, upper + 0.006, tilted) * smooth(lower + 0.006, lower - 0.006, tilted)
    colour = over(colour, eyeball(x * side - eyes.apart, tilted, upper, person), open)
    colour = times(colour, 1 - 0.75 * bell(0, tilted - upper, 1, 0.016))
    colour = times(colour, 1 - 0.25 * bell(0, tilted - lower, 1, 0.012))
  }
  const corner = bell(across + 1.02, tilted - 0.012, 0.14, 0.016)
  return over(colour, [150, 84, 74], 0.5 * corner)
}

function eyeball(x: number, y: number, upper: number, person: Person): Colour {
  const radius = person.eyes.width * person.eyes.iris
  const far = Math.hypot(x, y + 0.006)
  let colour: Colour = [232, 226, 220]
  colour = times(colour, 1 - 0.35 * smooth(0.04, 0, y - upper))
  const ring = smooth(radius * 1.05, radius * 0.92, far)
  colour = over(colour, times(person.iris, 0.75 + 0.6 * smooth(0, radius, far)), ring)
  colour = over(colour, [18, 14, 14], ring * smooth(radius * 0.8, radius, far) * 0.6)
  colour = over(colour, [10, 8, 8], smooth(radius * 0.48, radius * 0.4, far))
  const glint = bell(x + radius * 0.3, y + radius * 0.45, radius * 0.2, radius * 0.2)
  return over(colour, [255, 255, 255], Math.min(1, glint * 1.2))
}

export function paintBrows(
  skin: Colour,
  x: number,
  y: number,
  person: Person,
  noise: Noise,
): Colour {
  const { brows, eyes } = person
  const side = x < 0 ? -1 : 1
  const along = (x * side - eyes.apart) / brows.length
  if (Math.abs(along) > 1.1) return skin
  const middle =
    eyes.height - brows.height - brows.arch * (1 - (along - 0.25) ** 2) - brows.tilt * along * 0.12
  const thick = brows.thick * smooth(1.08, 0.4, along) * smooth(-1.1, -0.75, along)
  const strands = 0.7 + 0.6 * noise(x * 90 + y * 40, y * 60)
  const part = bell(0, y - middle, 1, Math.max(0.004, thick)) * brows.dark * strands
  const grey = person.hair[0] > 140
  return over(skin, times(person.hair, grey ? 0.6 : 0.8), Math.min(1, part))
}

/** The nose stands out: it is seen by its light side, its shadow and its nostrils. */
export function paintNose(
  skin: Colour,
  x: number,
  y: number,
  person: Person,
  scene: Scene,
): Colour {
  const { nose, eyes } = person
  const top = eyes.height - 0.02
  const bottom = top + nose.length
  const part = Math.max(0, Math.min(1, (y - top) / nose.length))
  const half = nose.bridge + (nose.width * 0.55 - nose.bridge) * part ** 2
  const within = smooth(top - 0.08, top + 0.08, y) * smooth(bottom + 0.03, bottom - 0.03, y)
  const lit = scene.light[0] < 0 ? -1 : 1
  let colour = skin
  colour = times(colour, 1 + 0.14 * within * bell(x, 0, half * 0.55, 1))
  colour = times(colour, 1 - 0.2 * within * bell(x + lit * half * 1.25, 0, half * 0.5, 1))
  colour = times(colour, 1 - 0.08 * within * bell(x - lit * half * 1.25, 0, half * 0.5, 1))
  colour = times(colour, 1 + 0.16 * bell(x, y - bottom + nose.tip * 0.9, nose.tip, nose.tip * 0.8))
  for (const side of [-1, 1]) {
    const wing = Math.hypot((x - side * nose.width * 0.78) / 0.05, (y - bottom + 0.03) / 0.07)
    colour = times(colour, 1 - 0.22 * Math.exp(-((wing - 1) ** 2) * 9) * smooth(0.5, 0, part - 1))
    const nostril = ellipse(x - side * nose.width * 0.42, y - bottom, nose.width * 0.24, 0.02, 0.6)
    colour = times(colour, 1 - 0.7 * nostril)
  }
  return times(colour, 1 - 0.22 * bell(x, y - bottom - 0.035, nose.width * 0.9, 0.025))
}

export function paintMouth(
  skin: Colour,
  x: number,
  y: number,
  person: Person,
  scene: Scene,
): Colour {
  const { mouth } = person
  const across = x / mouth.width
  const inside = Math.max(0, 1 - across * across)
  const line = mouth.height - (mouth.corners + scene.smile) * across * across
  const bow = 1 - 0.35 * bell(across, 0, 0.16, 1) + 0.18 * bell(Math.abs(across) - 0.28, 0, 0.2, 1)
  const upper = line - mouth.upper * inside ** 0.7 * bow
  const lower = line + mouth.lower * inside ** 0.6
  let colour = times(skin, 1 - 0.16 * bell(x, y - lower - 0.045, mouth.width * 0.6, 0.03))
  colour = times(colour, 1 - 0.1 * bell(x, y - upper + 0.07, 0.025, 0.05))
  if (Math.abs(across) < 1) {
    const red = smooth(upper - 0.01, upper + 0.006, y) * smooth(lower + 0.012, lower - 0.008, y)
    const shade = y < line ? 0.82 : 1.04
    colour = over(colour, times(person.lips, shade), red * 0.9)
    const shine = bell(across, 0, 0.5, 1) * bell(0, y - line - mouth.lower * 0.45, 1, 0.016)
    colour = times(colour, 1 + 0.12 * shine)
    colour = times(colour, 1 - 0.65 * bell(0, y - line, 1, 0.011) * inside ** 0.3)
  }
  const corner = bell(Math.abs(across) - 1, y - line + mouth.corners, 0.1, 0.02)
  return times(colour, 1 - 0.3 * corner)
}

export function paintGlasses(skin: Colour, x: number, y: number, person: Person): Colour {
  const { glasses, eyes } = person
  if (glasses.rim === 0) return skin
  const across = Math.abs(Math.abs(x) - eyes.apart) / glasses.size
  const down = Math.abs(y - eyes.height - 0.02) / (glasses.size * 0.78)
  const out = (across ** glasses.square + down ** glasses.square) ** (1 / glasses.square)
  const rim = bell(0, (out - 1) * glasses.size, 1, glasses.rim * 0.6)
  const bridge =
    smooth(eyes.apart - glasses.size, eyes.apart - glasses.size - 0.03, Math.abs(x)) *
    bell(0, y - eyes.height + 0.02, 1, glasses.rim * 0.6)
  return over(skin, [40, 36, 36], Math.min(1, rim + bridge) * 0.9)
}
