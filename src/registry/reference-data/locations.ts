/** Places of the country pack: a tree, from regions (level 1) down. */
import type { CountryPack, Location } from '#kernel/config/country.ts'

export const locationOf = (country: CountryPack, code: string): Location | undefined =>
  country.locations.find((place) => place.code === code)

/** Whether `code` lies in `region`, at any depth; a place lies in itself. */
export function liesIn(country: CountryPack, code: string, region: string): boolean {
  let place = locationOf(country, code)
  // The loader checked that parents are of a lower level, so the way up ends.
  while (place !== undefined && place.code !== region) {
    place = place.parent === undefined ? undefined : locationOf(country, place.parent)
  }
  return place !== undefined
}
