import type { CountryPack } from '#kernel/config/country.ts'
import { loadConfig } from '#kernel/config/load.ts'
import { loadCountry } from '#kernel/config/load-country.ts'

/** The demo country's pack, as the house loads it. */
export const demoCountry = (): CountryPack =>
  loadCountry(loadConfig({ argv: ['--profile', 'test'], env: {} }))
