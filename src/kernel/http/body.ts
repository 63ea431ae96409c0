/** Request bodies: read under a cap, then parsed by the platform. Nothing here knows a route's schema. */
import type { IncomingMessage } from 'node:http'
import type { Problem } from '../problems.ts'
import { parseJson } from './json.ts'
import { bodyBytesDefault, formFieldsMax, multipartPartsMax } from './parameters.ts'
import { httpProblem } from './problems.ts'
import type { BodyKind } from './route.ts'

const mediaTypes = {
  json: /^application\/(?:[\w.-]+\+)?json$/,
  form: /^application\/x-www-form-urlencoded$/,
  multipart: /^multipart\/form-data$/,
} as const

export interface BodyRule {
  readonly accepts: BodyKind
  readonly limitBytes?: number
  readonly tooLarge?: () => Problem
}

/** A field of a form; a name that is there several times has a list. */
export type FormValue = string | File | (string | File)[]

/**
 * Problems `http.body-*`, `http.media-type`, `http.content-encoding`; each before the body is read as far as that can be.
 * Answers undefined where the route takes none.
 */
export async function readBody(req: IncomingMessage, rule: BodyRule): Promise<unknown> {
  if (rule.accepts === 'none') {
    if (hasBody(req)) throw httpProblem('http.body-unexpected')
    return undefined
  }
  const contentType = req.headers['content-type'] ?? ''
  checkMediaType(req, rule.accepts, contentType)
  const bytes = await readBytes(req, rule)
  if (rule.accepts === 'bytes') return bytes
  if (rule.accepts === 'multipart') return parseMultipart(bytes, contentType)
  const text = utf8(bytes)
  return rule.accepts === 'json' ? parseJson(text) : parseForm(text)
}

function checkMediaType(req: IncomingMessage, accepts: BodyKind, contentType: string): void {
  const encoding = req.headers['content-encoding']
  // A few kilobytes of zeros, compressed, are gigabytes: nobody needs to send us that.
  if (encoding !== undefined && encoding !== 'identity') throw httpProblem('http.content-encoding')
  if (accepts === 'bytes' || accepts === 'none') return
  const mediaType = (contentType.split(';')[0] ?? '').trim().toLowerCase()
  if (!mediaTypes[accepts].test(mediaType))
    throw httpProblem('http.media-type', { detail: { expected: accepts } })
}

/** RFC 9112 §6.3: a request has a body when one of these says so. */
const hasBody = (req: IncomingMessage): boolean =>
  req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0

/** Counts while reading: a length that was announced is a promise, one that was not is none. */
async function readBytes(req: IncomingMessage, rule: BodyRule): Promise<Buffer> {
  const limitBytes = rule.limitBytes ?? bodyBytesDefault
  const tooLarge =
    rule.tooLarge ?? (() => httpProblem('http.body-too-large', { detail: { limitBytes } }))
  if (Number(req.headers['content-length'] ?? 0) > limitBytes) throw tooLarge()
  const chunks: Buffer[] = []
  let length = 0
  await new Promise<void>((resolve, reject) => {
    const settle = (act: () => void) => {
      req.off('data', onData).off('end', onEnd).off('error', onGone).off('close', onGone)
      act()
    }
    const onData = (chunk: Buffer) => {
      length += chunk.length
      if (length <= limitBytes) chunks.push(chunk)
      // Paused, not destroyed: the answer still has to go out on this connection.
      else {
        req.pause()
        settle(() => reject(tooLarge()))
      }
    }
    const onEnd = () => settle(resolve)
    const onGone = () => settle(() => reject(httpProblem('http.body-aborted')))
    req.on('data', onData).on('end', onEnd).on('error', onGone).on('close', onGone)
  })
  return Buffer.concat(chunks, length)
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw httpProblem('http.body-malformed')
  }
}

function parseForm(text: string): Record<string, FormValue> {
  if (occurrences(text, '&') >= formFieldsMax) throw tooComplex(formFieldsMax)
  return collect(new URLSearchParams(text))
}

/** RFC 7578, by the platform's own parser, on bytes that are already capped and counted. */
async function parseMultipart(
  bytes: Buffer,
  contentType: string,
): Promise<Record<string, FormValue>> {
  const boundary = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  const mark = boundary?.[1] ?? boundary?.[2]
  if (mark === undefined) throw httpProblem('http.body-malformed')
  if (occurrences(bytes, `--${mark}`) > multipartPartsMax + 1) throw tooComplex(multipartPartsMax)
  try {
    const headers = { 'content-type': contentType }
    return collect(await new Response(new Uint8Array(bytes), { headers }).formData())
  } catch {
    throw httpProblem('http.body-malformed')
  }
}

const tooComplex = (fieldsMax: number) =>
  httpProblem('http.body-too-complex', { detail: { fieldsMax } })

function collect(entries: Iterable<[string, string | File]>): Record<string, FormValue> {
  const fields = new Map<string, FormValue>()
  for (const [name, value] of entries) {
    const there = fields.get(name)
    if (there === undefined) fields.set(name, value)
    else if (Array.isArray(there)) there.push(value)
    else fields.set(name, [there, value])
  }
  return Object.fromEntries(fields)
}

function occurrences(text: string | Buffer, mark: string): number {
  let count = 0
  for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + mark.length)) count++
  return count
}
