/** What a part hands to the edge and gets back from it; see `http.ts`. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { z } from 'zod'
import type { Problem } from '../problems.ts'

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
export type BodyKind = 'none' | 'json' | 'form' | 'multipart' | 'bytes'

export interface Incoming<P = unknown, Q = unknown, B = unknown> {
  readonly params: P
  readonly query: Q
  /** `bytes`: Buffer. `form`, `multipart`: fields, parsed by the route's schema; a file is a `File`, a repeated field a list. */
  readonly body: B
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly cookies: { get(name: string): string | undefined }
  /** For limits only; never logged whole. */
  readonly ip: string
  readonly method: string
  /** Path with query. */
  readonly url: string
  /** One of the pack's languages: `?lang=`, then the cookie, then Accept-Language. */
  readonly language: string
  /** Fresh for each response; put it on inline scripts, of which there should be none. */
  readonly cspNonce: string
  /** For engines that want Node's own objects (oidc-provider). */
  readonly raw: { readonly req: IncomingMessage; readonly res: ServerResponse }
}
export interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: readonly {
    readonly name: string
    /** Undefined deletes it. */
    readonly value: string | undefined
    readonly maxAgeMs?: number
    readonly path?: string
    readonly sameSite?: 'lax' | 'strict'
  }[]
  readonly json?: unknown
  readonly html?: string
  readonly text?: string
  readonly bytes?: { readonly type: string; readonly data: Uint8Array }
  /** 303 by default. */
  readonly redirect?: string
  /** Origins beside our own that a form on this page may lead to, redirects included: a relying party's, on the consent page. Browsers refuse others. */
  readonly formActions?: readonly string[]
  /** The handler wrote to `raw.res` itself. */
  readonly handled?: true
}
export interface Route {
  readonly method: Method
  /** `/packets/:rid`; one path of a part's own namespace. */
  readonly path: string
  /** One sentence for the API description. */
  readonly summary: string
  readonly params?: z.ZodType
  readonly query?: z.ZodType
  readonly body?: z.ZodType
  readonly accepts: BodyKind
  /** Upper bound on the request body; 64 KiB by default. */
  readonly limitBytes?: number
  /** The refusal of a body above `limitBytes`, where a part has words of its own; `http.body-too-large` by default. */
  readonly tooLarge?: () => Problem
  /** Pages a browser posts to: refuses a request that another origin made (Sec-Fetch-Site, Origin). On by default for form and multipart. */
  readonly sameOrigin?: boolean
  /** Answers to any origin, without credentials (public keys, metadata, status lists). */
  readonly cors?: boolean
  handle(incoming: Incoming): Promise<Reply> | Reply
}
/** Gives `handle` the types that the schemas infer. */
export const route = <
  P extends z.ZodType = z.ZodType<Record<string, never>>,
  Q extends z.ZodType = z.ZodType<Record<string, never>>,
  B extends z.ZodType = z.ZodType<undefined>,
>(
  definition: Omit<Route, 'params' | 'query' | 'body' | 'handle' | 'accepts'> & {
    accepts?: BodyKind
    params?: P
    query?: Q
    body?: B
    handle(incoming: Incoming<z.infer<P>, z.infer<Q>, z.infer<B>>): Promise<Reply> | Reply
  },
): Route => ({ accepts: 'none', ...definition }) as unknown as Route

/** An engine that takes a whole URL subtree (oidc-provider), after the routes. */
export interface Mount {
  /** Paths it answers: exact, or a prefix ending in `/`. */
  readonly paths: readonly string[]
  handle(req: IncomingMessage, res: ServerResponse): void
}
export interface ServerParts {
  readonly routes: readonly Route[]
  readonly mounts: readonly Mount[]
  /** Everything that a request needs is there: `/health/ready` asks. */
  readonly ready: () => Promise<boolean>
}
export interface RunningServer {
  readonly url: string
  readonly port: number
  /** Stops accepting, lets requests finish (25 s at most), then resolves. */
  stop(): Promise<void>
}
