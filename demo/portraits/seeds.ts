/** Persons that the default face model keeps apart on every impression, as `find-seeds.ts` found them. */
export const portraitSeeds: readonly number[] = [14, 22, 30, 48]
