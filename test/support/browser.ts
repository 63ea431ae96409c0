/** A browser as far as a login needs one: cookies by path, redirects one by one, forms by their names. No JavaScript. */
export interface Page {
  readonly status: number
  readonly url: string
  readonly html: string
  readonly headers: Headers
  /** Where the last redirect led when it left the site; the request was not sent. */
  readonly left?: URL
}
export interface Browser {
  get(url: string): Promise<Page>
  /** Fills the form whose action ends in `action` and sends it. */
  submit(page: Page, action: string, fields?: Readonly<Record<string, string>>): Promise<Page>
  /** One request, no redirect followed. */
  send(url: string, init?: RequestInit): Promise<Response>
  readonly cookies: Map<string, { readonly value: string; readonly path: string }>
  /** Requests sent so far. */
  readonly requests: () => number
}

export const aBrowser = (origin: string, headers: Record<string, string> = {}): Browser => {
  const cookies: Browser['cookies'] = new Map()
  let requests = 0
  const send = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const target = new URL(url, origin)
    requests++
    const response = await fetch(target, {
      ...init,
      redirect: 'manual',
      headers: {
        accept: 'text/html',
        ...headers,
        ...(init.headers as Record<string, string>),
        cookie: cookieHeader(cookies, target.pathname),
      },
    })
    keepCookies(cookies, response)
    return response
  }
  const follow = async (url: string, init?: RequestInit): Promise<Page> => {
    let at = new URL(url, origin)
    let response = await send(at.href, init)
    for (let hops = 0; response.status >= 300 && response.status < 400; hops++) {
      if (hops > 10) throw new Error('too many redirects')
      await response.arrayBuffer()
      at = new URL(response.headers.get('location') ?? '', at)
      if (at.origin !== origin) {
        return {
          status: response.status,
          url: at.href,
          html: '',
          headers: response.headers,
          left: at,
        }
      }
      response = await send(at.href)
    }
    const { status } = response
    return { status, url: at.href, html: await response.text(), headers: response.headers }
  }
  return {
    cookies,
    requests: () => requests,
    send,
    get: (url) => follow(url),
    submit: (page, action, fields = {}) => {
      const form = formOf(page.html, action)
      return follow(form.action, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ ...form.fields, ...fields }).toString(),
      })
    },
  }
}

/** Action and preset fields: hidden ones, and boxes that are ticked. */
export const formOf = (html: string, action: string) => {
  const forms = html.match(/<form[\s\S]*?<\/form>/g) ?? []
  const found = forms.find((form) => attribute(form, 'action')?.endsWith(action))
  if (!found)
    throw new Error(`no form for ${action} in ${html.replaceAll(/\s+/g, ' ').slice(-1500)}`)
  const inputs = found.match(/<input[^>]*>/g) ?? []
  const preset = inputs.filter(
    (input) => attribute(input, 'type') === 'hidden' || / checked/.test(input),
  )
  return {
    action: attribute(found, 'action') ?? '',
    fields: Object.fromEntries(
      preset.map((input) => [attribute(input, 'name') ?? '', attribute(input, 'value') ?? '']),
    ),
  }
}

/** Ticks every box of the consent page: nothing optional is shared by itself. */
export const everyClaim = ({ html }: Page): Record<string, string> =>
  Object.fromEntries(
    [...html.matchAll(/name="(share\.[^"]+)"/g)].map(([, name = '']) => [name, 'yes']),
  )

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1]?.replaceAll('&amp;', '&')

/** RFC 6265 §5.1.4, as far as our paths go. */
const cookieHeader = (cookies: Browser['cookies'], path: string): string =>
  [...cookies]
    .filter(([, cookie]) => path.startsWith(cookie.path))
    .map(([key, { value }]) => `${key.split('|')[0]}=${value}`)
    .join('; ')

const keepCookies = (cookies: Browser['cookies'], response: Response): void => {
  for (const line of response.headers.getSetCookie()) {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    const path = /;\s*path=([^;]+)/i.exec(line)?.[1] ?? '/'
    const key = `${pair.slice(0, at)}|${path}`
    if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(key)
    else cookies.set(key, { value: pair.slice(at + 1), path })
  }
}
