/**
 * Portraits of people who do not exist, painted pixel by pixel from a seed: the project's tests and its demo need faces
 * that a real detector finds and a real recogniser tells apart, and that belong to nobody.
 */
import jpeg from 'jpeg-js'
import { paintBrows, paintEyes, paintGlasses, paintMouth, paintNose } from './features.ts'
import { earAt, hairAt, hairColour, halfWidth, paintBeard, shade, skinAt } from './head.ts'
import { bell, over, smooth, times } from './paint.ts'
import { type Colour, inventPerson, type Person } from './person.ts'
import { noiseField, seeded } from './random.ts'
import { type Scene, setScene } from './scene.ts'

export interface PortraitOptions {
  /** Seed of the person. */
  readonly person: number
  /** 0 is the plain picture; every other number another light, pose and place. */
  readonly impression?: number
  /** Pixels; the height is 5/4 of it. 400 unless given. */
  readonly width?: number
  /** JPEG quality 1..100; 82 unless given. */
  readonly quality?: number
}
export interface Pixels {
  readonly width: number
  readonly height: number
  /** RGBA. */
  readonly data: Buffer
}

/** A JPEG. */
export const portrait = (options: PortraitOptions): Buffer =>
  toJpeg(paintPortrait(options), options.quality)

export const toJpeg = (pixels: Pixels, quality = 82): Buffer =>
  Buffer.from(jpeg.encode(pixels, quality).data)

export const paintPortrait = ({ person, impression = 0, width = 400 }: PortraitOptions): Pixels =>
  paint(inventPerson(person), setScene(person, impression), width)

export function paint(somebody: Person, scene: Scene, width: number): Pixels {
  const height = Math.round(width * 1.25)
  const data = Buffer.alloc(width * height * 4, 255)
  const random = seeded(scene.seed * 977 + 3)
  const unit = width * 0.36 * scene.scale
  const [sin, cos] = [Math.sin(scene.roll), Math.cos(scene.roll)]
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const right = (column + 0.5 - width / 2) / unit - scene.shift[0]
      const down = (row + 0.5 - height * 0.5) / unit - scene.shift[1]
      const colour = pointAt(somebody, scene, right * cos + down * sin, down * cos - right * sin)
      const grain = (random() + random() + random() - 1.5) * 2 * scene.grain
      const at = (row * width + column) * 4
      for (const channel of [0, 1, 2] as const) {
        const exposed = colour[channel] * scene.exposure * scene.tint[channel] + grain
        data[at + channel] = Math.max(0, Math.min(255, Math.round(exposed)))
      }
    }
  }
  return { width, height, data }
}

/** Colour at a point of the upright picture, from the background to what lies in front. */
function pointAt(person: Person, scene: Scene, x: number, y: number): Colour {
  const noise = noiseField(person.seed)
  let colour = times(scene.background, 1.06 - 0.1 * Math.hypot(x, y))
  const hair = hairAt(person, x, y, noise)
  const strands = hairColour(person, scene, x, y, noise)
  colour = over(colour, times(strands, 0.75), hair.behind)
  colour = paintBody(colour, person, scene, x, y)
  const lit = shade(person, scene, x, y)
  colour = over(colour, times(person.skin, lit * 0.85), earAt(person, x, y))
  const half = halfWidth(person, y)
  const inside = half > 0.01 ? smooth(0.012, -0.012, Math.abs(x) - half) : 0
  if (inside > 0) {
    const face = paintFace(person, scene, x, y, noise)
    colour = over(colour, times(face, lit), inside)
  }
  return over(colour, times(strands, Math.min(1.1, lit)), hair.front)
}

/** What stands out of the head shifts when it turns. */
function paintFace(
  person: Person,
  scene: Scene,
  x: number,
  y: number,
  noise: (x: number, y: number) => number,
): Colour {
  const depth = Math.sqrt(Math.max(0, 1 - (x / person.head.width) ** 2))
  const { warp, detail, complexion } = person.character
  const wander = (along: number, down: number) =>
    warp * (noise(x * 2.3 + along, y * 2.3 + down) - 0.5) +
    detail * (noise(x * 5.5 + down, y * 5.5 + along) - 0.5)
  const u = x - scene.yaw * depth + wander(40, 0)
  const v = y - scene.pitch * depth + wander(0, 40)
  const forward = bell(u, v - 0.2, 0.15, 0.25)
  let colour = skinAt(person, u, v, noise)
  colour = paintBeard(colour, u, v, person, noise)
  colour = paintMouth(colour, u, v, person, scene)
  colour = paintEyes(colour, u, v, person)
  colour = paintBrows(colour, u, v, person, noise)
  colour = paintNose(colour, u - scene.yaw * forward, v - scene.pitch * forward, person, scene)
  const field = noise(u * 3 + 80, v * 3) * 0.65 + noise(u * 7 + 90, v * 7) * 0.35
  colour = times(colour, 1 + complexion * (field - 0.5))
  colour = saturate(colour, person.character.colour)
  return paintGlasses(colour, u, v, person)
}

function paintBody(colour: Colour, person: Person, scene: Scene, x: number, y: number): Colour {
  const neck = smooth(
    0.02,
    -0.02,
    Math.abs(x) - person.head.width * 0.62 - 0.25 * smooth(1, 1.6, y),
  )
  const throat = neck * smooth(0.4, 0.6, y)
  const dark = 0.5 + 0.3 * smooth(0.95, 1.4, y) + 0.15 * scene.light[0] * x
  const skin = over(colour, times(person.skin, dark), throat)
  const shoulder = 1.3 + 0.28 * (Math.abs(x) / 1.2) ** 2 + 0.1 * smooth(0.3, 0, Math.abs(x))
  const cloth = smooth(shoulder - 0.02, shoulder + 0.02, y)
  return over(skin, times(scene.clothes, 0.85 + 0.25 * scene.light[0] * x), cloth)
}

function saturate(colour: Colour, part: number): Colour {
  const grey = 0.3 * colour[0] + 0.59 * colour[1] + 0.11 * colour[2]
  return over([grey, grey, grey], colour, part)
}
