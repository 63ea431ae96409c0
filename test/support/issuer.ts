/** What tests of the issuer share: the demo country and its catalogue. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Catalogue, parseCatalogue } from '../../src/issuer/catalog/load.ts'
import { projectRoot } from '../../src/kernel/config/load.ts'
import { loadCountry } from '../../src/kernel/config/load-country.ts'

export const demoCountry = () => loadCountry({ country: { code: 'demo' } })

export const catalogueText = (): Promise<string> =>
  readFile(join(projectRoot, 'config/countries/demo/credentials.json'), 'utf8')

export const demoCatalogue = async (): Promise<Catalogue> =>
  parseCatalogue('credentials.json', await catalogueText(), demoCountry())
