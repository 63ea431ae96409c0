/** What every template may name. */

import nunjucks from 'nunjucks'
import type { Localised } from '../config/country.ts'
import type { Context } from '../context.ts'
import type { Incoming } from '../http/http.ts'
import type { TextValues } from '../i18n/catalogues.ts'
import { formatLocale } from '../i18n/format-locale.ts'
import {
  formatCalendarDate,
  formatDate,
  formatDateTime,
  formatTime,
  inGroups,
  maskedNumber,
  timeZoneName,
} from './formats.ts'
import type { PageOptions } from './page.ts'

export const pageValues = (ctx: Context, incoming: Incoming, options: PageOptions): object => {
  const { country, web } = ctx
  const locale = incoming.language
  const zone = country.timeZone
  const direction = country.languages.find(({ tag }) => tag === locale)?.direction ?? 'ltr'
  const t = (key: string, values?: TextValues) => web.catalogues.text(locale, key, values)
  const html = (key: string, values?: TextValues) =>
    new nunjucks.runtime.SafeString(web.catalogues.html(locale, key, values))
  const localised = (text: Localised) => text[locale] ?? Object.values(text)[0] ?? ''
  const errors = (options.errors ?? []).map(({ field, key, values }) => ({
    field,
    text: t(key, values),
    href: `#${field}`,
  }))
  const title = t(options.titleKey, options.titleValues)
  return {
    ...options.data,
    t,
    html,
    localised,
    lang: locale,
    dir: direction,
    languages: languageLinks(ctx, options.address ?? incoming.url, locale),
    country: { code: country.code, name: localised(country.name) },
    title,
    pageTitle: errors.length > 0 ? t('kernel.error-title', { title }) : title,
    errors,
    errorFor: (field: string) => {
      const found = errors.find((error) => error.field === field)
      return found && { text: found.text }
    },
    layout: options.layout ?? 'public',
    service: options.service && { name: t(options.service.nameKey), url: options.service.url },
    backLink: options.backLink && {
      href: options.backLink.href,
      text: t(options.backLink.textKey ?? 'kernel.back'),
    },
    account: (options.account ?? []).map((item) => ({
      ...item,
      text: t(item.textKey, item.values),
    })),
    styles: (options.styles ?? []).map(web.assets.url),
    scripts: (options.scripts ?? []).map(web.assets.url),
    asset: web.assets.url,
    cspNonce: incoming.cspNonce,
    demo: ctx.config.profile !== 'production',
    formatDate: (date: Date) => formatDate(locale, zone, date),
    formatDateTime: (date: Date) => formatDateTime(locale, zone, date),
    formatTime: (date: Date) => formatTime(locale, zone, date),
    now: ctx.now(),
    formatCalendarDate: (text: string) => formatCalendarDate(locale, text),
    timeZoneName: (date: Date) => timeZoneName(locale, zone, date),
    formatNumber: (value: number, form?: Intl.NumberFormatOptions) =>
      new Intl.NumberFormat(formatLocale(locale), form).format(value),
    inGroups,
    maskedNumber,
  }
}

/** The same page in each language of the pack. */
const languageLinks = (ctx: Context, address: string, current: string) =>
  ctx.country.languages.map(({ tag, name, direction }) => {
    const url = new URL(address, 'http://page')
    url.searchParams.set('lang', tag)
    return {
      tag,
      name,
      dir: direction,
      href: url.pathname + url.search,
      current: tag === current,
    }
  })
