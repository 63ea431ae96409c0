/**
 * Pages: nunjucks with govuk-frontend's components, our own brand (shared layout, styles, components), every text from
 * the catalogues. A part keeps its templates in `<folder>/views/*.njk`, its texts in `<folder>/texts/<lang>.json` (flat,
 * keys in full: `enrolment.title`) and its browser modules and styles in `<folder>/browser/*.{ts,css,svg}`.
 *
 * A template begins `{% extends "layout.njk" %}`, fills `{% block content %}`, takes components by
 * `{% from "govuk/components/button/macro.njk" import govukButton %}` and its own neighbours by `./name.njk`. It may use:
 * `t(key, values)` text, `html(key, values)` text with tags, `lang`, `dir`, `languages`, `country`, `errors`, `errorFor(field)` (a component's
 * `errorMessage`), `formatDate(date)`, `formatCalendarDate(text)`, `formatDateTime(date)`, `formatTime(date)`, `timeZoneName(date)`, `now`, `formatNumber(n)`, `inGroups(digits)`, `maskedNumber(digits)`,
 * `localised({en: …})` (a text of the country pack), `asset(path)`, `cspNonce`.
 */
import type { Context } from '../context.ts'
import type { Incoming, Reply } from '../http/http.ts'
import type { TextValues } from '../i18n/catalogues.ts'
import { pageValues } from './page-values.ts'

export interface PageOptions {
  /** Absolute path of the template file. */
  readonly template: URL
  /** Catalogue key of the page's title; "Error:" goes before it when `errors` is not empty. */
  readonly titleKey: string
  readonly titleValues?: TextValues
  readonly data?: Readonly<Record<string, unknown>>
  /** Fills the error summary: `field` is the id of the input, `key` the catalogue key of its message. */
  readonly errors?: readonly {
    readonly field: string
    readonly key: string
    readonly values?: Record<string, string | number>
  }[]
  readonly status?: number
  /** Path under which a GET shows this page, where this answers a POST elsewhere: the language links lead there. */
  readonly address?: string
  /** `staff` pages use the full width and dark mode. */
  readonly layout?: 'public' | 'staff'
  /** Browser modules to load: URL paths under `/assets/`: `/assets/adjudication/zoom.ts`. */
  readonly scripts?: readonly string[]
  /** Stylesheets besides the common one: `/assets/enrolment/enrolment.css`. */
  readonly styles?: readonly string[]
  readonly service?: { readonly nameKey: string; readonly url: string }
  /** A link back above the title; its text is "Back" unless `textKey` says more. */
  readonly backLink?: { readonly href: string; readonly textKey?: string }
  /** Who is signed in and what he may do about it: in the header. `post` makes a button of it, with `fields` hidden in its form. */
  readonly account?: readonly AccountItem[]
}
export interface AccountItem {
  readonly textKey: string
  readonly values?: TextValues
  readonly href?: string
  readonly post?: { readonly action: string; readonly fields?: Readonly<Record<string, string>> }
}

/** Answers a whole HTML page, never to be cached; remembers a language that was chosen by `?lang=`. */
export const page = async (
  ctx: Context,
  incoming: Incoming,
  options: PageOptions,
): Promise<Reply> => {
  const html = ctx.web.render(options.template, pageValues(ctx, incoming, options))
  return {
    status: options.status ?? 200,
    headers: {
      'content-language': incoming.language,
      'cache-control': 'no-store',
      vary: 'accept-language, cookie',
    },
    html,
    ...languageChosen(incoming),
  }
}

export const languageCookie = 'plinth_lang'
/** Remembers a choice by `?lang=` for a year; for redirects from a page that never was shown, too. */
export const languageChosen = (incoming: Incoming): Pick<Reply, 'cookies'> =>
  new URL(incoming.url, 'http://page').searchParams.get('lang') === incoming.language
    ? {
        cookies: [
          {
            name: languageCookie,
            value: incoming.language,
            maxAgeMs: 365 * 24 * 3600 * 1000,
            path: '/',
            sameSite: 'lax',
          },
        ],
      }
    : {}

/** A folder of templates, texts or browser modules that a part contributes; called once at start by `main.ts`. */
export interface WebFolder {
  /** `views/`, `texts/` and `browser/` (TypeScript served stripped, CSS, SVG; under `/assets/<name>/`) are looked for in here. */
  readonly folder: URL
  /** `adjudication`: prefix of its catalogue keys and of its assets. */
  readonly name: string
  /** More files to serve under `/assets/<name>/`: file name -> where it lies (a library's browser build). */
  readonly files?: Readonly<Record<string, URL>>
}
