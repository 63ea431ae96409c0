/**
 * Noto Sans and its sister scripts from `@fontsource`, self-hosted: faces for the scripts of the pack's languages only, and
 * by `unicode-range` a browser fetches of these only what a page shows. A script without an installed family is
 * left to the reader's own fonts.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

interface Family {
  readonly package: string
  readonly name: string
  /** Faces of the package that this script needs. */
  readonly subsets: readonly string[]
}
/** By ISO 15924 code. */
const families: Readonly<Record<string, Family>> = {
  Latn: {
    package: '@fontsource/noto-sans',
    name: 'Noto Sans',
    subsets: ['latin', 'latin-ext', 'vietnamese'],
  },
  Cyrl: {
    package: '@fontsource/noto-sans',
    name: 'Noto Sans',
    subsets: ['cyrillic', 'cyrillic-ext'],
  },
  Grek: { package: '@fontsource/noto-sans', name: 'Noto Sans', subsets: ['greek', 'greek-ext'] },
  Deva: { package: '@fontsource/noto-sans', name: 'Noto Sans', subsets: ['devanagari'] },
  Arab: {
    package: '@fontsource/noto-sans-arabic',
    name: 'Noto Sans Arabic',
    subsets: ['arabic'],
  },
}
const weights = [400, 700] as const

export interface Fonts {
  /** `@font-face` rules whose files lie under `base`. */
  css(base: string): string
  /** Font families in order of preference, as `font-family` takes them. */
  readonly stack: string
  /** File name -> absolute path. */
  readonly files: ReadonlyMap<string, string>
}

export const fontsFor = (languages: readonly string[]): Fonts => {
  // Latin is always there: digits, addresses, language names.
  const scripts = new Set([
    'Latn',
    ...languages.map((tag) => new Intl.Locale(tag).maximize().script),
  ])
  const chosen = [...scripts].flatMap((script) => families[script ?? ''] ?? [])
  const faces = chosen.flatMap((family) => weights.flatMap((weight) => facesOf(family, weight)))
  return {
    css: (base) => faces.map((face) => face.css.replace('%', `${base}${face.file}`)).join(''),
    stack: [...new Set(chosen.map((family) => `"${family.name}"`)), 'system-ui', 'sans-serif'].join(
      ',',
    ),
    files: new Map(faces.map((face) => [face.file, face.path])),
  }
}

const require = createRequire(import.meta.url)
const face = /\/\* [\w-]+ \*\/\s*@font-face \{[^}]*?url\(\.\/files\/([\w-]+\.woff2)\)[^}]*?\}/g

const facesOf = (family: Family, weight: number) => {
  const folder = dirname(require.resolve(`${family.package}/package.json`))
  const css = readFileSync(join(folder, `${weight}.css`), 'utf8')
  return [...css.matchAll(face)].flatMap(([rule, file]) => {
    const range = /unicode-range:\s*([^;}]+)/.exec(rule)?.[1]
    const wanted = family.subsets.some((subset) =>
      file?.endsWith(`-${subset}-${weight}-normal.woff2`),
    )
    if (!file || !range || !wanted) return []
    return {
      file,
      path: join(folder, 'files', file),
      // `swap`: the reader's own font paints first, so text never waits for the network.
      css:
        `@font-face{font-family:"${family.name}";font-weight:${weight};font-display:swap;` +
        `src:url(%) format("woff2");unicode-range:${range.replaceAll(/\s/g, '')}}`,
    }
  })
}
