/** Paints the portraits that lie beside this file: `node demo/portraits/render.ts`. */
import { writeFileSync } from 'node:fs'
import { portrait } from './portrait.ts'
import { fileName, impressions } from './read.ts'
import { portraitSeeds } from './seeds.ts'

portraitSeeds.forEach((seed, index) => {
  for (const impression of impressions) {
    const picture = portrait({ person: seed, impression, quality: 74 })
    writeFileSync(new URL(fileName(index + 1, impression), import.meta.url), picture)
  }
})
