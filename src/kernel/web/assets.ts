/**
 * What pages load besides themselves: stylesheet, fonts, emblem, browser modules. Every address holds a hash over all of it
 * (`/assets/<version>/<folder>/<file>`), so that a browser may keep it for ever and modules import each other by
 * relative paths. Browser modules are TypeScript, served stripped (`module.stripTypeScriptTypes`): there is no build.
 */
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import type { WebFolder } from './page.ts'

export interface Asset {
  readonly type: string
  /** Strong validator. */
  readonly etag: string
  readonly bytes: Buffer
  /** Smaller forms; absent where the format is compressed by itself. */
  readonly encoded?: { readonly br: Buffer; readonly gzip: Buffer }
}
export interface Assets {
  /** Changes when any asset does. */
  readonly version: string
  /** `/assets/adjudication/zoom.ts` -> `/assets/<version>/adjudication/zoom.ts`. */
  url(path: string): string
  get(folder: string, file: string): Asset | undefined
}
export interface Source {
  readonly folder: string
  readonly file: string
  /** Where it comes from; absent for what is made at start. */
  readonly url?: string
  read(): Buffer
}

/** `sources` are read and compressed when first asked for; `version` is computed from `fingerprint` at once. */
export const openAssets = (sources: readonly Source[], fingerprint: readonly string[]): Assets => {
  const version = shortHash(fingerprint.join('\n'))
  const byPath = new Map(sources.map((source) => [`${source.folder}/${source.file}`, source]))
  const byUrl = new Map(sources.flatMap((source) => (source.url ? [[source.url, source]] : [])))
  const addressOf = (specifier: string): string => {
    const target = byUrl.get(import.meta.resolve(specifier))
    if (!target) throw new Error(`${specifier} is not a browser module of any folder`)
    return `../${target.folder}/${target.file}`
  }
  const made = new Map<string, Asset>()
  return {
    version,
    url: (path) => path.replace(/^\/assets\//, `/assets/${version}/`),
    get(folder, file) {
      const path = `${folder}/${file}`
      const source = byPath.get(path)
      if (!source) return undefined
      const known = made.get(path)
      if (known) return known
      const asset = makeAsset(file, source.read(), addressOf)
      made.set(path, asset)
      return asset
    },
  }
}

/** The browser modules, styles and extra files of the parts. */
export const assetsOf = (folders: readonly WebFolder[]): Source[] =>
  folders.flatMap(({ folder, name, files = {} }) => [
    ...browserFilesIn(new URL('browser/', folder)).map(([file, url]) => source(name, file, url)),
    ...Object.entries(files).map(([file, url]) => source(name, file, url)),
  ])

const source = (folder: string, file: string, url: URL): Source => ({
  folder,
  file,
  url: url.href,
  read: () => readFileSync(url),
})
const browserFilesIn = (browser: URL): [string, URL][] =>
  existsSync(browser)
    ? readdirSync(fileURLToPath(browser))
        .filter((file) => /\.(ts|css|svg)$/.test(file))
        .map((file) => [file, new URL(file, browser)])
    : []

const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  ts: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  wasm: 'application/wasm',
  woff2: 'font/woff2',
}
const compressed = new Set(['woff2', 'png', 'jpg'])

const makeAsset = (
  file: string,
  content: Buffer,
  addressOf: (specifier: string) => string,
): Asset => {
  const extension = file.slice(file.lastIndexOf('.') + 1)
  const type = types[extension]
  if (!type) throw new Error(`asset ${file}: no media type for .${extension}`)
  const bytes = extension === 'ts' ? toModule(content.toString('utf8'), addressOf) : content
  const etag = `"${shortHash(bytes)}"`
  if (compressed.has(extension)) return { type, etag, bytes }
  return { type, etag, bytes, encoded: { br: brotli(bytes), gzip: gzipSync(bytes, { level: 9 }) } }
}
/** Types out; another part's browser module, imported by its name (`#kernel/audit/browser/…`), by its address. */
const toModule = (code: string, addressOf: (specifier: string) => string): Buffer =>
  Buffer.from(
    stripTypeScriptTypes(code).replace(
      /\b(from|import)\s*(['"])(#[^'"]+)\2/g,
      (_, keyword: string, quote: string, specifier: string) =>
        `${keyword} ${quote}${addressOf(specifier)}${quote}`,
    ),
  )
// Quality 9 of 11: within 3 % of the smallest size at a tenth of its time, which a cold start feels.
const brotli = (bytes: Buffer): Buffer =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })

export const shortHash = (content: string | Buffer): string =>
  createHash('sha256').update(content).digest('base64url').slice(0, 12)
