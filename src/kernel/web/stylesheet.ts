/**
 * One stylesheet, made at start: govuk-frontend's components without its brand (no crown, no GDS Transport), in logical
 * properties, coloured by our tokens and the country's accent, followed by our own components.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { toLogicalCss } from './logical-css.ts'

export interface StylesheetOptions {
  readonly accent: string
  /** `font-family` value. */
  readonly fontStack: string
  readonly fontFaces: string
}

export const makeStylesheet = (options: StylesheetOptions): string => {
  const require = createRequire(import.meta.url)
  const govuk = readFileSync(
    require.resolve('govuk-frontend/dist/govuk/govuk-frontend.min.css'),
    'utf8',
  )
  const own = ownStyles.map((name) =>
    readFileSync(new URL(`styles/${name}.css`, import.meta.url), 'utf8'),
  )
  return [
    options.fontFaces,
    withoutComponents(toLogicalCss(withoutTransport(govuk)), unused),
    `:root{--plinth-country-accent:${options.accent};--plinth-font:${options.fontStack}}`,
    ...own.map(compact),
  ].join('\n')
}

const ownStyles = ['tokens', 'layout', 'components', 'rtl', 'staff-dark', 'print'] as const
/** Components of the GOV.UK brand, or that no page of ours uses. */
const unused = [
  'exit-this-page',
  'cookie-banner',
  'feedback',
  'header',
  'generic-header',
  'footer',
  'accordion',
  'service-navigation',
  'language-navigation',
  'phase-banner',
  'logo-inverse',
]

const withoutTransport = (css: string): string =>
  css
    .replace(/@font-face\{[^}]*GDS Transport[^}]*\}/g, '')
    .replaceAll('GDS Transport,arial,sans-serif', 'var(--plinth-font)')

/** Drops rules that only speak of the named components: `.govuk-<name>`, `.govuk-<name>__…`, `.govuk-<name>--…`. */
export const withoutComponents = (css: string, names: readonly string[]): string => {
  const concerns = new RegExp(`\\.govuk-(?:${names.join('|')})(?=__|--|[^\\w-]|$)`)
  const slim = css.replace(/([^{}@;]+)\{([^{}]*)\}/g, (_, selectors: string, body: string) => {
    const kept = selectors.split(',').filter((selector) => !concerns.test(selector))
    return kept.length > 0 ? `${kept.join(',')}{${body}}` : ''
  })
  return slim.replace(/@media[^{}]*\{\s*\}/g, '')
}

/** Comments and needless white space out; values are left alone. */
const compact = (css: string): string =>
  css
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};]) ?/g, '$1')
    .replace(/;}/g, '}')
