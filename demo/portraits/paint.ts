/** Painter's tools: soft shapes in the plane and colours that lie over each other. */
import type { Colour } from './person.ts'

/** 0 below `from`, 1 above `to`, smooth between; `from` may be the greater one. */
export function smooth(from: number, to: number, value: number): number {
  const part = Math.max(0, Math.min(1, (value - from) / (to - from)))
  return part * part * (3 - 2 * part)
}
/** 1 within the ellipse, fading to 0 over `soft` (a part of its radius) around its rim. */
export const ellipse = (x: number, y: number, across: number, down: number, soft: number): number =>
  smooth(1 + soft, 1 - soft, Math.hypot(x / across, y / down))
/** A bell of height 1. */
export const bell = (x: number, y: number, across: number, down: number): number =>
  Math.exp(-((x / across) ** 2 + (y / down) ** 2))

export const over = (below: Colour, above: Colour, part: number): Colour => [
  below[0] + (above[0] - below[0]) * part,
  below[1] + (above[1] - below[1]) * part,
  below[2] + (above[2] - below[2]) * part,
]
export const times = (colour: Colour, factor: number): Colour => [
  colour[0] * factor,
  colour[1] * factor,
  colour[2] * factor,
]
