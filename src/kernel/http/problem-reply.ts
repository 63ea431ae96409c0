/** Refusals onto the wire: problem+json for programs (RFC 9457), a page in his language for a reader. */
import type { Context } from '../context.ts'
import type { Problem } from '../problems.ts'
import { problemPage } from '../web/problem-page.ts'
import type { Incoming, Reply } from './route.ts'

export async function problemReply(
  ctx: Context,
  incoming: Incoming,
  problem: Problem,
  requestId: string,
): Promise<Reply> {
  const headers = {
    ...(typeof problem.detail.retryAfterSeconds === 'number' && {
      'retry-after': String(problem.detail.retryAfterSeconds),
    }),
    ...(typeof problem.detail.allow === 'string' && { allow: problem.detail.allow }),
    // RFC 9110 §11.6.1: a 401 names the scheme.
    ...(problem.status === 401 && { 'www-authenticate': 'Bearer' }),
    vary: 'accept',
  }
  if (prefersHtml(incoming.headers.accept ?? '')) {
    const reply = await problemPage(ctx, incoming, { status: problem.status, code: problem.code })
    return { ...reply, headers: { ...reply.headers, ...headers } }
  }
  return {
    status: problem.status,
    headers: { ...headers, 'content-type': 'application/problem+json; charset=utf-8' },
    json: {
      ...problem.detail,
      type: `urn:plinth:problem:${problem.code}`,
      title: titleOf(problem),
      status: problem.status,
      code: problem.code,
      instance: `urn:plinth:request:${requestId}`,
    },
  }
}

/** A message of several lines (a configuration's) is for the operator's terminal. */
const titleOf = (problem: Problem): string => problem.message.split('\n')[0] ?? ''

/** A browser names text/html first; programs name JSON, anything, or nothing. */
const prefersHtml = (accept: string): boolean => {
  const html = accept.indexOf('text/html')
  if (html === -1) return false
  const json = accept.search(/application\/(?:[\w.-]+\+)?json/)
  return json === -1 || html < json
}
