/**
 * Persons that the default face model keeps apart: `find-seeds.ts` measured at least 0.615 between any two, over three
 * impressions of each. Pictures of one person
 * lie within 0.19 of each other.
 */
export const portraitSeeds: readonly number[] = [
  747, 60, 479, 25, 19, 412, 436, 364, 524, 204, 838, 854,
]
