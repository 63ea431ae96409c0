/** The engine that is current. Rotation puts a new one in its place between two requests; what is in flight ends on the old one. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Provider } from 'oidc-provider'
import type { Mount } from '#kernel/http/http.ts'
import type { IdpParts } from '../context.ts'
import type { PreAuthorizedCodes } from '../index.ts'
import { buildProvider } from './build.ts'

export interface Engine {
  current(): Provider
  readonly mount: Mount
  /** Looks for changed keys; true when there is a new engine. */
  rotate(): Promise<boolean>
  stop(): void
}

/** Another process may rotate keys; ours sees it within this time. */
const lookForKeysMs = 30_000

export const startEngine = async (ctx: IdpParts, codes: PreAuthorizedCodes): Promise<Engine> => {
  let kids = ''
  let provider: Provider | undefined
  let handle: ReturnType<Provider['callback']> | undefined
  const rotate = async (): Promise<boolean> => {
    const keys = await ctx.keys.privateJwks('oidc')
    // the first key that suits signs: the active one leads (`KeyStore.privateJwks`)
    const found = keys.map(({ kid }) => kid).join(' ')
    if (found === kids) return false
    provider = buildProvider(ctx, keys, codes)
    handle = provider.callback()
    kids = found
    return true
  }
  await rotate()
  const timer = setInterval(() => {
    rotate().catch((error: unknown) => {
      ctx.log.error({ error: error instanceof Error ? error.name : 'unknown' }, 'keys not read')
    })
  }, lookForKeysMs)
  timer.unref()
  const { host, protocol } = new URL(ctx.config.server.publicUrl)
  return {
    current: () => {
      if (!provider) throw new Error('engine not started')
      return provider
    },
    mount: {
      paths: [
        '/oidc/',
        '/.well-known/openid-configuration',
        '/.well-known/oauth-authorization-server',
      ],
      handle: (req, res) => serve(req, res),
    },
    rotate,
    stop: () => clearInterval(timer),
  }

  function serve(req: IncomingMessage, res: ServerResponse): void {
    pinHost(req, host, protocol)
    handle?.(req, res).catch((error: unknown) => {
      ctx.log.error({ error: error instanceof Error ? error.name : 'unknown' }, 'engine failed')
      res.destroy()
    })
  }
}

/** Endpoints in metadata and redirects are of the public URL, whatever host the caller names. */
export const pinHost = (req: IncomingMessage, host: string, protocol: string): void => {
  req.headers.host = host
  req.headers['x-forwarded-proto'] = protocol.slice(0, -1)
  delete req.headers['x-forwarded-host']
}
