/** What a handler gets: everything parsed by its route's schemas, nothing else. */
import type { Context as KoaContext } from 'koa'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import { readBody } from './body.ts'
import { chooseLanguage } from './language.ts'
import { formFieldsMax, validationErrorsMax } from './parameters.ts'
import { httpProblem } from './problems.ts'
import type { Incoming, Route } from './route.ts'
import { isSameOrigin } from './same-origin.ts'

/** Before the request has been parsed: enough for an error page. */
export function bareIncoming(ctx: Context, koa: KoaContext, cspNonce: string): Incoming {
  const { req, res } = koa
  const cookies = { get: (name: string) => koa.cookies.get(name) }
  return {
    params: {},
    query: {},
    body: undefined,
    headers: req.headers as Record<string, string | undefined>,
    cookies,
    ip: clientAddress(koa, ctx.config.http.trustedProxyCount),
    method: koa.method,
    url: req.url ?? '/',
    language: chooseLanguage(ctx.country.languages, {
      query: new URLSearchParams(koa.querystring).get('lang') ?? undefined,
      cookie: cookies.get('plinth_lang'),
      acceptLanguage: req.headers['accept-language'],
    }),
    cspNonce,
    raw: { req, res },
  }
}

/** Problems `http.*`. The body is read last, when all that can refuse without it has not. */
export async function parseIncoming(
  ctx: Context,
  bare: Incoming,
  route: Route,
  pathParams: Readonly<Record<string, string>>,
): Promise<Incoming> {
  const { req } = bare.raw
  const guarded = route.sameOrigin ?? (route.accepts === 'form' || route.accepts === 'multipart')
  if (guarded && !isSameOrigin(req.headers, ctx.config.server.publicUrl))
    throw httpProblem('http.other-origin')
  const params = route.params ? parse('path', route.params, pathParams) : {}
  const query = route.query ? parse('query', route.query, queryOf(bare.url, route.query)) : {}
  const raw = await readBody(req, route)
  const body = route.body
    ? parse('body', route.body, raw)
    : route.accepts === 'bytes'
      ? raw
      : undefined
  return { ...bare, params, query, body }
}

function parse(where: 'path' | 'query' | 'body', schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  // Paths and expectations only: a refused value may be somebody's name or secret.
  const errors = result.error.issues
    .slice(0, validationErrorsMax)
    .map(
      ({ path, message }) => `${[where, ...path].map(String).join('.')}: ${message.slice(0, 200)}`,
    )
  throw httpProblem('http.validation', { detail: { errors } })
}

/** Every parameter once: two values for one name mean two things to two readers (OWASP, parameter pollution). */
function queryOf(url: string, schema: z.ZodType): Record<string, string> {
  const search = url.includes('?') ? url.slice(url.indexOf('?') + 1) : ''
  const query = new Map<string, string>()
  let count = 0
  for (const [name, value] of new URLSearchParams(search)) {
    if (++count > formFieldsMax) throw httpProblem('http.too-many-parameters')
    if (query.has(name)) throw httpProblem('http.parameter-repeated')
    query.set(name, value)
  }
  // Any page takes `?lang=`, so a route that does not name it need not know of it.
  const shape = (schema as { shape?: Readonly<Record<string, unknown>> }).shape
  if (!(shape && 'lang' in shape)) query.delete('lang')
  return Object.fromEntries(query)
}

/** The connection's address, or the one that the outermost proxy we trust saw: counted from the right, where no client can write. */
function clientAddress(koa: KoaContext, trustedProxyCount: number): string {
  const direct = koa.req.socket.remoteAddress ?? ''
  if (trustedProxyCount === 0) return direct
  const hops = String(koa.req.headers['x-forwarded-for'] ?? '').split(',', 50)
  return hops.at(-trustedProxyCount)?.trim() || direct
}
