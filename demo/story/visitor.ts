/**
 * A person with a browser, without the browser: follows redirects, keeps cookies for each origin, reads forms and sends
 * them. Enough for pages that work without JavaScript, as ours must.
 */

export interface Page {
  readonly url: string
  readonly status: number
  readonly html: string
}
export interface Visitor {
  /** Follows redirects, ten at most; one that leads to `stopAt` is not followed: its URL is the page's. */
  open(url: string, stopAt?: string): Promise<Page>
  /** Sends the page's form whose action contains `action`, with its hidden fields, over `fields`. */
  submit(
    page: Page,
    action: string,
    fields?: Readonly<Record<string, string | readonly string[]>>,
    stopAt?: string,
  ): Promise<Page>
}

const REDIRECTS_MAX = 10
const PATIENCE_MS = 30_000

export function newVisitor(): Visitor {
  const jars = new Map<string, Map<string, string>>()
  const go = async (url: string, init: RequestInit, stopAt?: string): Promise<Page> => {
    let at = url
    let request = init
    for (let hop = 0; hop <= REDIRECTS_MAX; hop++) {
      if (stopAt !== undefined && at.startsWith(stopAt)) return { url: at, status: 0, html: '' }
      const jar = jarOf(jars, at)
      const response = await fetch(at, {
        ...request,
        redirect: 'manual',
        signal: AbortSignal.timeout(PATIENCE_MS),
        headers: {
          accept: 'text/html',
          'accept-language': 'en',
          'sec-fetch-site': 'same-origin',
          ...request.headers,
          cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
        },
      })
      keep(jar, response.headers.getSetCookie())
      const location = response.headers.get('location')
      if (location === null || response.status < 300 || response.status > 399) {
        return { url: at, status: response.status, html: await response.text() }
      }
      await response.body?.cancel()
      at = new URL(location, at).href
      request = {}
    }
    throw new Error(`more than ${REDIRECTS_MAX} redirects from ${new URL(url).pathname}`)
  }
  return {
    open: (url, stopAt) => go(url, {}, stopAt),
    submit: (page, action, fields = {}, stopAt) => {
      const form = formOf(page, action)
      const body = new URLSearchParams(form.fields)
      for (const [name, value] of Object.entries(fields)) {
        body.delete(name)
        for (const one of [value].flat()) body.append(name, one)
      }
      return go(form.url, { method: 'POST', body }, stopAt)
    },
  }
}

function jarOf(jars: Map<string, Map<string, string>>, url: string): Map<string, string> {
  const { origin } = new URL(url)
  const jar = jars.get(origin) ?? new Map<string, string>()
  jars.set(origin, jar)
  return jar
}

function keep(jar: Map<string, string>, cookies: readonly string[]): void {
  for (const cookie of cookies) {
    const [pair = '', ...attributes] = cookie.split(';')
    const at = pair.indexOf('=')
    const name = pair.slice(0, at).trim()
    const gone = attributes.some((attribute) => {
      const [key = '', value = ''] = attribute.trim().split('=')
      return (
        (key.toLowerCase() === 'max-age' && Number(value) <= 0) ||
        (key.toLowerCase() === 'expires' && Date.parse(value) < Date.now())
      )
    })
    if (gone) jar.delete(name)
    else jar.set(name, pair.slice(at + 1))
  }
}

function formOf(page: Page, action: string): { url: string; fields: [string, string][] } {
  for (const [, attributes = '', inside = ''] of page.html.matchAll(
    /<form\b([^>]*)>(.*?)<\/form>/gs,
  )) {
    const target = attribute(attributes, 'action') ?? page.url
    if (!target.includes(action)) continue
    const inputs = [...inside.matchAll(/<(?:input|button)\b([^>]*)>/g)].map(([, text = '']) => text)
    return {
      url: new URL(target, page.url).href,
      fields: inputs.flatMap((text): [string, string][] => {
        const name = attribute(text, 'name')
        const type = attribute(text, 'type') ?? 'text'
        const counts =
          type === 'hidden' || (/\bchecked\b/.test(text) && /radio|checkbox/.test(type))
        return name !== undefined && counts ? [[name, attribute(text, 'value') ?? '']] : []
      }),
    }
  }
  throw new Error(
    `no form for ${action} on ${new URL(page.url).pathname}: ${textOf(page).slice(0, 300)}`,
  )
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
}
const decode = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity)
const attribute = (text: string, name: string): string | undefined => {
  const found = new RegExp(`(?:^|\\s)${name}="([^"]*)"`).exec(text)?.[1]
  return found === undefined ? undefined : decode(found)
}

/** What a reader sees. */
export const textOf = (page: Page): string =>
  decode(
    page.html
      .replace(/<(script|style|head)\b.*?<\/\1>/gs, ' ')
      .replace(/<[^>]+>/g, ' ')
      .replace(/\s+/g, ' '),
  ).trim()

/** The first link whose address contains `part`, absolute. */
export function linkOf(page: Page, part: string): string {
  for (const [, text = ''] of page.html.matchAll(/<a\b([^>]*)>/g)) {
    const href = attribute(text, 'href')
    if (href?.includes(part)) return new URL(href, page.url).href
  }
  throw new Error(`no link to ${part} on ${new URL(page.url).pathname}`)
}
