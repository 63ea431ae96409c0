/**
 * Harbour Bank, a relying party as others would write one: Koa and openid-client, none of Plinth's code. It opens an account
 * with what a person agrees to share, and asks for a passkey before it moves money.
 */
import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'
import Koa, { type Context, type Middleware } from 'koa'
import { createLogin, type Login, type Purpose } from './login.ts'
import * as pages from './pages.ts'
import { style } from './style.ts'
import { languageOf } from './texts.ts'

export interface BankOptions {
  readonly issuerUrl: string
  readonly clientId: string
  /** ES256; its public half is registered with the provider. */
  readonly privateJwk: JWK
  /** 0 takes a free one. */
  readonly port: number
  readonly host?: string
}
export interface Bank {
  readonly url: string
  stop(): Promise<void>
}
export interface Customer {
  readonly claims: Readonly<Record<string, unknown>>
  readonly acr: string
  readonly amr: readonly string[]
  readonly idToken: string
}
export interface Visit {
  customer?: Customer | undefined
  /** What was asked for and not answered yet. */
  pending?: { readonly request: unknown; readonly purpose: Purpose } | undefined
  message?: keyof typeof pages.messages | undefined
}

const cookieName = 'harbour'
const visitsMax = 1000

export async function startHarbourBank(options: BankOptions): Promise<Bank> {
  const host = options.host ?? 'localhost'
  const visits = new Map<string, Visit>()
  const app = new Koa()
  app.silent = true
  const server = createServer((req, res) => void app.callback()(req, res))
  await listen(server, options.port, host)
  const { port } = server.address() as AddressInfo
  // a fixed name: the provider compares redirect URIs byte by byte
  const url = `http://localhost:${port}`
  const login = createLogin({ ...options, redirectUri: `${url}/callback` })
  app.use(headers)
  app.use((ctx) => answer(ctx, visitOf(visits, ctx), login, url))
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function answer(ctx: Context, visit: Visit, login: Login, url: string): Promise<void> {
  const lang = languageOf(ctx)
  const show = (html: string): void => {
    ctx.type = 'html'
    ctx.body = html
  }
  switch (`${ctx.method} ${ctx.path}`) {
    case 'GET /':
      return show(pages.home(lang, visit))
    case 'GET /style.css':
      ctx.type = 'css'
      ctx.body = style
      return
    case 'POST /login':
      return depart(ctx, visit, login, 'account', lang)
    case 'POST /transfer':
      if (!visit.customer) return ctx.redirect('/')
      if (visit.customer.acr !== 'phr') return depart(ctx, visit, login, 'transfer', lang)
      visit.message = 'transferred'
      return ctx.redirect('/account')
    case 'GET /callback':
      return arrive(ctx, visit, login, url)
    case 'GET /account': {
      if (!visit.customer) return ctx.redirect('/')
      const { message } = visit
      visit.message = undefined
      return show(pages.account(lang, visit.customer, message))
    }
    case 'POST /logout': {
      const { customer } = visit
      visit.customer = undefined
      return ctx.redirect(customer ? await login.logoutUrl(customer.idToken, `${url}/`) : '/')
    }
    default:
      ctx.status = 404
      return show(pages.notFound(lang))
  }
}

async function depart(
  ctx: Context,
  visit: Visit,
  login: Login,
  purpose: Purpose,
  lang: string,
): Promise<void> {
  const { location, request } = await login.begin(purpose, lang)
  visit.pending = { request, purpose }
  ctx.status = 303
  ctx.redirect(location)
}

/** One answer for one question: the pending request is taken before the answer is looked at. */
async function arrive(ctx: Context, visit: Visit, login: Login, url: string): Promise<void> {
  const { pending } = visit
  visit.pending = undefined
  if (!pending) return ctx.redirect('/')
  const answered = await login.finish(pending.request, new URL(ctx.url, url))
  if (answered.outcome === 'customer') {
    visit.customer = answered.customer
    const strong = answered.customer.acr === 'phr'
    if (pending.purpose === 'transfer') visit.message = strong ? 'transferred' : 'passkey-needed'
  } else visit.message = pending.purpose === 'transfer' ? 'passkey-needed' : answered.outcome
  ctx.redirect(visit.customer ? '/account' : '/')
}

function visitOf(visits: Map<string, Visit>, ctx: Context): Visit {
  const id = ctx.cookies.get(cookieName)
  const known = id === undefined ? undefined : visits.get(id)
  if (known) return known
  const visit: Visit = {}
  const fresh = randomBytes(24).toString('base64url')
  // the oldest visit makes room: a demo must not fill the memory of a machine
  const [oldest] = visits.keys()
  if (visits.size >= visitsMax && oldest !== undefined) visits.delete(oldest)
  visits.set(fresh, visit)
  ctx.cookies.set(cookieName, fresh, { httpOnly: true, sameSite: 'lax', path: '/' })
  return visit
}

const headers: Middleware = async (ctx, next) => {
  ctx.set('content-security-policy', "default-src 'none'; style-src 'self'; base-uri 'none'")
  ctx.set('x-content-type-options', 'nosniff')
  ctx.set('cache-control', 'no-store')
  if (ctx.method === 'POST' && !sameSite(ctx)) ctx.throw(403)
  await next()
}
const sameSite = (ctx: Context): boolean =>
  ['same-origin', 'none', ''].includes(ctx.get('sec-fetch-site'))

const listen = (server: Server, port: number, host: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => resolve())
  })
