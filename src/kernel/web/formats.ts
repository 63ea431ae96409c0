/** How dates, times and numbers of identity are written on pages; `locale` is the reader's language, BCP 47. */
import { formatLocale } from '../i18n/format-locale.ts'

/** 3 March 2026 */
export const formatDate = (locale: string, timeZone: string, date: Date): string =>
  new Intl.DateTimeFormat(formatLocale(locale), { dateStyle: 'long', timeZone }).format(date)

/** A calendar date without a time zone of its own (`1990-05-17`, a date of birth); other text comes back as it is. */
export const formatCalendarDate = (locale: string, text: string): string => {
  const parts = /^(\d{4})[-/](\d{2})[-/](\d{2})$/.exec(text)
  if (!parts) return text
  const date = new Date(`${parts[1]}-${parts[2]}-${parts[3]}T00:00:00Z`)
  return Number.isNaN(date.getTime()) ? text : formatDate(locale, 'UTC', date)
}

/** 3 March 2026, 14:02 */
export const formatDateTime = (locale: string, timeZone: string, date: Date): string =>
  new Intl.DateTimeFormat(formatLocale(locale), {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone,
  }).format(date)

/** 14:02 */
export const formatTime = (locale: string, timeZone: string, date: Date): string =>
  new Intl.DateTimeFormat(formatLocale(locale), { timeStyle: 'short', timeZone }).format(date)

/** The time zone's own name in the reader's language, beside a time where it matters. */
export const timeZoneName = (locale: string, timeZone: string, date: Date): string =>
  new Intl.DateTimeFormat(formatLocale(locale), { timeZone, timeZoneName: 'long' })
    .formatToParts(date)
    .find((part) => part.type === 'timeZoneName')?.value ?? timeZone

/** Groups of four from the right, as people read numbers aloud: `27 4815 0415`. */
export const inGroups = (text: string): string =>
  text.replace(/\s/gu, '').replace(/(?<=.)(?=(?:.{4})+$)/gu, '\u00a0')

/** `•••• •••• 0415` */
export const maskedNumber = (text: string): string => {
  const plain = text.replace(/\s/gu, '')
  return inGroups('•'.repeat(Math.max(0, plain.length - 4)) + plain.slice(-4))
}
