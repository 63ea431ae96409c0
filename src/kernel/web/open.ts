/** The pages' engine, made once at start: texts, templates and assets of every folder that the parts contribute. */
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import nunjucks from 'nunjucks'
import type { Config } from '../config/config.ts'
import type { CountryPack } from '../config/country.ts'
import { type Catalogues, openCatalogues } from '../i18n/catalogues.ts'
import type { Log } from '../log/log.ts'
import { type Assets, assetsOf, openAssets, type Source } from './assets.ts'
import { favicon } from './emblem.ts'
import { type Fonts, fontsFor } from './fonts.ts'
import type { WebFolder } from './page.ts'
import { makeStylesheet } from './stylesheet.ts'

export interface Web {
  readonly catalogues: Catalogues
  readonly assets: Assets
  /** Absolute path of a template in one of the folders, and what it may name. */
  render(template: URL, values: object): string
}
export interface WebOptions {
  readonly country: CountryPack
  readonly config: Pick<Config, 'profile'>
  readonly folders: readonly WebFolder[]
  readonly log?: Log
}

export const openWeb = (options: WebOptions): Web => {
  const folders = [...kernelFolders, ...options.folders]
  const { country } = options
  const templates = openTemplates(folders)
  return {
    catalogues: openCatalogues({
      folders,
      languages: country.languages,
      timeZone: country.timeZone,
      strict: options.config.profile === 'test',
      log: options.log,
    }),
    assets: openAssetsOf(country, folders),
    render: (template, values) => templates.getTemplate(fileURLToPath(template)).render(values),
  }
}

const kernelFolders: readonly WebFolder[] = [
  { name: 'kernel', folder: new URL('./', import.meta.url) },
  { name: 'audit', folder: new URL('../audit/', import.meta.url) },
]

const openTemplates = (folders: readonly WebFolder[]): nunjucks.Environment => {
  const govuk = createRequire(import.meta.url).resolve('govuk-frontend/package.json')
  const paths = [
    ...folders.map(({ folder }) => fileURLToPath(new URL('views/', folder))),
    `${dirname(govuk)}/dist`,
  ]
  const loader = new nunjucks.FileSystemLoader(paths, { watch: false, noCache: false })
  return new nunjucks.Environment(loader, {
    autoescape: true,
    trimBlocks: true,
    lstripBlocks: true,
  })
}

const openAssetsOf = (country: CountryPack, folders: readonly WebFolder[]): Assets => {
  const fonts = fontsFor(country.languages.map(({ tag }) => tag))
  const sources = [...assetsOf(folders), ...fontSources(fonts), ...imageSources(country)]
  const stylesheet = makeStylesheet({
    accent: country.brand.accent,
    fontStack: fonts.stack,
    // Relative to the stylesheet's own address, so that the version need not be known inside it.
    fontFaces: fonts.css('../fonts/'),
  })
  const style: Source = { folder: 'kernel', file: 'style.css', read: () => Buffer.from(stylesheet) }
  const small = sources.filter(({ folder }) => folder !== 'fonts' && folder !== 'vendor')
  return openAssets(
    [...sources, style],
    [stylesheet, ...small.map((asset) => asset.read().toString('base64'))],
  )
}
const fontSources = (fonts: Fonts): Source[] =>
  assetsOf([
    {
      name: 'fonts',
      folder: new URL('none/', import.meta.url),
      files: Object.fromEntries(
        [...fonts.files].map(([file, path]) => [file, new URL(`file://${path}`)]),
      ),
    },
  ])
const imageSources = (country: CountryPack): Source[] => [
  { folder: 'kernel', file: 'emblem.svg', read: () => Buffer.from(country.brand.emblemSvg) },
  { folder: 'kernel', file: 'favicon.svg', read: () => Buffer.from(favicon(country.brand.accent)) },
]
