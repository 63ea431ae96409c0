/** The portraits that are painted already: `person-<nn>-<impression>.jpg`, 400 x 500 pixels, made by `render.ts`. */
import { readFileSync } from 'node:fs'

/** Two pictures of each person lie in this folder. */
export const impressions = [0, 1] as const

/** A JPEG of person 1, 2, … of `portraitSeeds`. */
export const readPortrait = (
  person: number,
  impression: (typeof impressions)[number] = 0,
): Buffer => readFileSync(new URL(fileName(person, impression), import.meta.url))

export const fileName = (person: number, impression: number): string =>
  `person-${String(person).padStart(2, '0')}-${impression}.jpg`
