/**
 * Pages: nunjucks with govuk-frontend's components, our own brand (shared layout, styles, components), every text from
 * the catalogues. A part keeps its templates in `<folder>/views/*.njk` and its texts in `<folder>/texts/<lang>.json`.
 */
import type { Context } from '../context.ts'
import type { Incoming, Reply } from '../http/http.ts'

export interface PageOptions {
  /** Absolute path of the template file. */
  readonly template: URL
  /** Catalogue key of the page's title; "Error:" goes before it when `errors` is not empty. */
  readonly titleKey: string
  readonly data?: Readonly<Record<string, unknown>>
  /** Fills the error summary: `field` is the id of the input, `key` the catalogue key of its message. */
  readonly errors?: readonly {
    readonly field: string
    readonly key: string
    readonly values?: Record<string, string | number>
  }[]
  readonly status?: number
  /** `staff` pages use the full width and dark mode. */
  readonly layout?: 'public' | 'staff'
  /** Browser modules to load: URL paths under `/assets/`. */
  readonly scripts?: readonly string[]
  readonly service?: { readonly nameKey: string; readonly url: string }
}
export declare function page(ctx: Context, incoming: Incoming, options: PageOptions): Promise<Reply>
/** A folder of templates, texts or browser modules that a part contributes; called once at start by `main.ts`. */
export interface WebFolder {
  /** `views/`, `texts/` and `browser/` (TypeScript, served stripped under `/assets/<name>/`) are looked for in here. */
  readonly folder: URL
  /** `adjudication`: prefix of its catalogue keys and of its assets. */
  readonly name: string
}
