/** Names of tiles (C2SP tlog-tiles §Merkle Tree): `<L>/<N>[.p/<W>]`, N in threes of digits: 1234067 is x001/x234/067. */
import { entriesLevel, tileWidth } from './tiles.ts'

export interface TileName {
  readonly level: number
  readonly tile: number
  /** 256 for a full tile. */
  readonly width: number
}

const form = /^(entries|\d|[1-5]\d|6[0-3])\/((?:x\d{3}\/){0,3})(\d{3})(?:\.p\/([1-9]\d{0,2}))?$/

/** Undefined for whatever is not the one spelling of a tile's name. */
export const parseTilePath = (segments: readonly string[]): TileName | undefined => {
  const [, level, high, low, width] = form.exec(segments.join('/')) ?? []
  if (level === undefined || high === undefined || low === undefined) return undefined
  // index 67 is 067, never x000/067
  if (high.startsWith('x000')) return undefined
  if (width !== undefined && Number(width) >= tileWidth) return undefined
  return {
    level: level === 'entries' ? entriesLevel : Number(level),
    tile: Number(high.replaceAll(/[x/]/g, '') + low),
    width: width === undefined ? tileWidth : Number(width),
  }
}
