/** What stays the same on every picture of one invented person. Lengths in half face heights: chin at 1, brow at about -0.3. */
import { between, pick, seeded } from './random.ts'

export type Colour = readonly [red: number, green: number, blue: number]
export interface Person {
  readonly seed: number
  readonly skin: Colour
  readonly hair: Colour
  readonly iris: Colour
  readonly lips: Colour
  readonly head: {
    readonly width: number
    readonly jaw: number
    readonly chin: number
    readonly cheek: number
    readonly ears: number
  }
  readonly hairStyle: {
    readonly line: number
    readonly volume: number
    /** How far down it reaches at the sides. */
    readonly length: number
    readonly parting: number
    readonly peak: number
    readonly curl: number
  }
  readonly eyes: {
    readonly apart: number
    readonly height: number
    readonly width: number
    readonly open: number
    readonly tilt: number
    readonly socket: number
    readonly fold: number
    readonly iris: number
  }
  readonly brows: {
    readonly height: number
    readonly thick: number
    readonly arch: number
    readonly tilt: number
    readonly dark: number
    readonly length: number
  }
  readonly nose: {
    readonly length: number
    readonly width: number
    readonly bridge: number
    readonly tip: number
  }
  readonly mouth: {
    readonly height: number
    readonly width: number
    readonly upper: number
    readonly lower: number
    readonly corners: number
  }
  readonly beard: { readonly moustache: number; readonly chin: number; readonly stubble: number }
  readonly glasses: { readonly rim: number; readonly size: number; readonly square: number }
  /** Slow deviations from the plan of a face: how far points wander, how much the skin darkens and lightens. */
  readonly character: {
    readonly warp: number
    /** The same on a smaller scale: what makes eyes and lips one's own. */
    readonly detail: number
    readonly complexion: number
    /** How much of the light's play the face shows, and how much colour. */
    readonly relief: number
    readonly colour: number
    /** Hollow (positive) or full cheeks. */
    readonly hollow: number
    /** Darkness around the eyes. */
    readonly makeUp: number
  }
  readonly age: { readonly folds: number; readonly bags: number; readonly freckles: number }
}

const skins: readonly Colour[] = [
  [238, 200, 176],
  [226, 180, 150],
  [205, 155, 122],
  [176, 124, 92],
  [141, 92, 66],
  [104, 66, 48],
  [232, 190, 158],
  [190, 140, 106],
]
const hairs: readonly Colour[] = [
  [28, 22, 20],
  [46, 32, 24],
  [78, 52, 34],
  [124, 86, 52],
  [176, 138, 88],
  [142, 66, 36],
  [150, 148, 146],
  [212, 208, 202],
]
const irises: readonly Colour[] = [
  [58, 38, 26],
  [92, 62, 34],
  [88, 104, 70],
  [82, 112, 138],
  [70, 82, 92],
]

export function inventPerson(seed: number): Person {
  const random = seeded(seed * 7919 + 17)
  const range = (low: number, high: number) => between(random, low, high)
  const skin = pick(random, skins)
  const bearded = random() < 0.5
  return {
    seed,
    skin,
    hair: pick(random, hairs),
    iris: pick(random, irises),
    lips: mixLips(skin, range(0.15, 0.6)),
    head: {
      width: range(0.62, 0.9),
      jaw: range(1.9, 5),
      chin: range(0.3, 0.75),
      cheek: range(-0.05, 0.07),
      ears: range(0.1, 0.2),
    },
    hairStyle: {
      line: range(-0.98, -0.62),
      volume: range(0.02, 0.26),
      length: pick(random, [-0.3, -0.1, 0.1, 0.5, 1.2]),
      parting: range(-0.5, 0.5),
      peak: range(-0.08, 0.12),
      curl: range(3, 14),
    },
    eyes: {
      apart: range(0.28, 0.42),
      height: range(-0.2, 0.0),
      width: range(0.115, 0.19),
      open: range(0.035, 0.095),
      tilt: range(-0.18, 0.2),
      socket: range(0, 0.5),
      fold: range(0, 1),
      iris: range(0.4, 0.52),
    },
    brows: {
      height: range(0.12, 0.23),
      thick: range(0.012, 0.075),
      arch: range(0, 0.07),
      tilt: range(-0.18, 0.25),
      dark: range(0.35, 1),
      length: range(0.17, 0.26),
    },
    nose: {
      length: range(0.24, 0.5),
      width: range(0.09, 0.26),
      bridge: range(0.03, 0.075),
      tip: range(0.05, 0.1),
    },
    mouth: {
      height: range(0.47, 0.66),
      width: range(0.17, 0.4),
      upper: range(0.012, 0.08),
      lower: range(0.02, 0.11),
      corners: range(-0.02, 0.06),
    },
    beard: {
      moustache: bearded ? range(0, 0.95) : 0,
      chin: bearded ? range(0, 0.95) : 0,
      stubble: random() < 0.3 ? range(0.05, 0.25) : 0,
    },
    glasses: {
      rim: random() < 0.4 ? range(0.012, 0.03) : 0,
      size: range(0.17, 0.24),
      square: range(2, 6),
    },
    character: {
      warp: range(0.05, 0.13),
      detail: range(0, 0.02),
      complexion: range(0.1, 0.4),
      relief: range(0.75, 1.2),
      colour: range(0.75, 1.2),
      hollow: range(-0.2, 0.4),
      makeUp: random() < 0.35 ? range(0.2, 0.6) : 0,
    },
    age: { folds: range(0, 0.6), bags: range(0, 0.8), freckles: range(0, 0.5) },
  }
}

const mixLips = (skin: Colour, red: number): Colour => [
  skin[0] * (1 - red * 0.25),
  skin[1] * (0.78 - red * 0.35),
  skin[2] * (0.8 - red * 0.3),
]
