/**
 * The hub's one worker thread: everything heavy happens here, one task after the other. It holds the networks and the
 * gallery in memory, and knows neither database nor keys.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { parentPort } from 'node:worker_threads'
import { openFaceApi } from '../face/face-api/open.ts'
import { type Look, lookAtFace } from '../face/look.ts'
import { createGallery } from '../gallery/matrix.ts'
import type { Ask, Request, Response, Tasks } from './protocol.ts'

/** An image is assessed, then identified: the second look is remembered from the first. */
const rememberedLooks = 16

assert(parentPort, 'runs as a worker thread')
const port = parentPort
const encoder = await openFaceApi()
const gallery = createGallery(encoder.modelHash, encoder.dimensions)
const looks = new Map<string, Look>()

const handlers: { [K in keyof Tasks]: (ask: Tasks[K]['ask']) => Tasks[K]['answer'] } = {
  look: ({ image }) => look(image),
  state: () => gallery.state(),
  append({ after, ordinals, templates }) {
    gallery.append(after, ordinals, templates)
    return gallery.state()
  },
  remove({ ordinals, erasures }) {
    gallery.remove(ordinals, erasures)
    return gallery.state()
  },
  search: ({ probe, below, maxDistance, limit }) =>
    gallery.search(probe, below, maxDistance, limit),
}

port.on('message', ({ id, ask }: Request) => {
  let response: Response
  try {
    response = { id, answer: handle(ask) }
  } catch (error) {
    response = { id, failure: error instanceof Error ? error.message : 'unknown' }
  }
  port.postMessage(response)
})

function handle(ask: Ask): unknown {
  const handler = handlers[ask.kind] as (ask: Ask) => unknown
  return handler(ask)
}

function look(image: Uint8Array): Look {
  const key = createHash('sha256').update(image).digest('base64')
  const known = looks.get(key)
  if (known !== undefined) return known
  const seen = lookAtFace(encoder, image)
  looks.set(key, seen)
  for (const oldest of looks.keys()) {
    if (looks.size <= rememberedLooks) break
    looks.delete(oldest)
  }
  return seen
}
