/** Assets over HTTP. */
import { z } from 'zod'
import { type Incoming, type Reply, type Route, route } from '../http/http.ts'
import type { Asset } from './assets.ts'
import type { Web } from './open.ts'

const name = z.string().max(100)

export const webRoutes = (web: Web): readonly Route[] => [
  route({
    method: 'GET',
    path: '/assets/:version/:folder/:file',
    summary: 'A stylesheet, font, picture or browser module of this version of the pages.',
    params: z.object({ version: name, folder: name, file: name }),
    cors: true,
    handle(incoming) {
      const { version, folder, file } = incoming.params
      const asset = web.assets.get(folder, file)
      // An old page may ask for an old version: it gets the present file, but may not keep it.
      return asset
        ? serve(incoming, asset, version === web.assets.version)
        : { status: 404, text: '' }
    },
  }),
  route({
    method: 'GET',
    path: '/favicon.ico',
    summary: 'The mark, for browsers that ask for it unasked.',
    handle: () => ({ status: 301, redirect: web.assets.url('/assets/kernel/favicon.svg') }),
  }),
]

const serve = (incoming: Incoming<unknown>, asset: Asset, current: boolean): Reply => {
  const headers = {
    etag: asset.etag,
    vary: 'accept-encoding',
    'cache-control': current ? 'public, max-age=31536000, immutable' : 'no-cache',
  }
  if (incoming.headers['if-none-match'] === asset.etag) return { status: 304, headers }
  const encoding = asset.encoded && preferred(incoming.headers['accept-encoding'])
  if (!asset.encoded || !encoding)
    return { headers, bytes: { type: asset.type, data: asset.bytes } }
  return {
    headers: { ...headers, 'content-encoding': encoding },
    bytes: { type: asset.type, data: asset.encoded[encoding] },
  }
}

const preferred = (accepted = ''): 'br' | 'gzip' | undefined => {
  const names = accepted.split(',').map((part) => part.trim().split(';')[0])
  if (names.includes('br')) return 'br'
  return names.includes('gzip') ? 'gzip' : undefined
}
