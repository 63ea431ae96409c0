/** The bank's three pages. */
import type { Customer, Visit } from './app.ts'
import { type Language, languages, texts } from './texts.ts'

type Texts = (typeof texts)[Language]

/** What a visitor is told once. */
export const messages = {
  transferred: 'good',
  'passkey-needed': 'warn',
  cancelled: 'warn',
  failed: 'bad',
} as const

export const home = (lang: Language, visit: Visit): string => {
  const t = texts[lang]
  const message = visit.message
  visit.message = undefined
  return layout(
    lang,
    t.tagline,
    `${notice(t, message)}
    <section class="hero">
      <h1>${htmlSafe(t.lead)}</h1>
      <form method="post" action="/login"><button class="primary">${htmlSafe(t.login)}</button></form>
      <p class="quiet">${htmlSafe(t.promise)}</p>
    </section>`,
  )
}

export const account = (
  lang: Language,
  customer: Customer,
  message: keyof typeof messages | undefined,
): string => {
  const t = texts[lang]
  const shown = ['name', 'birthdate', 'email', 'phone_number', 'sub'] as const
  const rows = shown
    .filter((claim) => typeof customer.claims[claim] === 'string')
    .map(
      (claim) =>
        `<dt>${htmlSafe(t[claim])}</dt><dd><bdi>${htmlSafe(shownAs(lang, claim, customer))}</bdi></dd>`,
    )
  return layout(
    lang,
    t.balance,
    `${notice(t, message)}
    <h1>${htmlSafe(t.welcome)} <bdi>${htmlSafe(shownAs(lang, 'name', customer))}</bdi></h1>
    <section class="card"><h2>${htmlSafe(t.balance)}</h2><p class="balance">${htmlSafe(balance(lang))}</p>
      <form method="post" action="/transfer"><button class="primary">${htmlSafe(t.transfer)}</button></form>
      <p class="quiet">${htmlSafe(t.transferHint)}</p></section>
    <section class="card"><h2>${htmlSafe(t.confirmed)}</h2><dl>${rows.join('')}
      <dt>${htmlSafe(t.how)}</dt><dd dir="ltr"><code>${htmlSafe(customer.acr)}</code> <code>${htmlSafe(customer.amr.join(' '))}</code></dd></dl></section>
    <form method="post" action="/logout"><button>${htmlSafe(t.logout)}</button></form>`,
  )
}

/** Dates as the reader writes them; the rest as it came. */
const shownAs = (lang: Language, claim: string, { claims }: Customer): string => {
  const text = String(claims[claim] ?? '')
  const date = claim === 'birthdate' ? new Date(`${text}T00:00:00Z`) : undefined
  if (date === undefined || Number.isNaN(date.getTime())) return text
  return new Intl.DateTimeFormat(localeOf(lang), {
    dateStyle: 'long',
    timeZone: 'UTC',
  }).format(date)
}

const balance = (lang: Language): string =>
  new Intl.NumberFormat(localeOf(lang), { minimumFractionDigits: 2 }).format(1204.5)
/** A bare `en` is American. */
const localeOf = (lang: Language): string => (lang === 'en' ? 'en-GB' : lang)

export const notFound = (lang: Language): string =>
  layout(lang, 'Harbour Bank', `<h1>${htmlSafe(texts[lang].notFound)}</h1>`)

const notice = (t: Texts, message: keyof typeof messages | undefined): string =>
  message === undefined
    ? ''
    : `<p class="notice ${messages[message]}" role="status">${htmlSafe(t[message])}</p>`

const layout = (lang: Language, title: string, content: string): string => {
  const t = texts[lang]
  const links = Object.entries(languages).map(([tag, name]) =>
    tag === lang
      ? `<span lang="${tag}" aria-current="true">${name}</span>`
      : `<a href="?lang=${tag}" lang="${tag}" hreflang="${tag}">${name}</a>`,
  )
  return `<!DOCTYPE html>
<html lang="${lang}" dir="${lang === 'ar' ? 'rtl' : 'ltr'}">
<head><meta charset="utf-8"><title>${htmlSafe(title)} – Harbour Bank</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/style.css"></head>
<body><header><a class="brand" href="/"><span aria-hidden="true">⚓</span> Harbour Bank</a>
<nav aria-label="${htmlSafe(t.language)}">${links.join(' ')}</nav></header>
<main>${content}</main>
<footer><p>${htmlSafe(t.tagline)}</p></footer></body></html>`
}

const htmlSafe = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
