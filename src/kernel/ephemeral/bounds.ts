import assert from 'node:assert/strict'

const KEY = /^[!-~]{1,200}$/
export const VALUE_MAX_BYTES = 256 * 1024
/** 400 days, the longest life of a cookie (RFC 6265bis §5.5). */
const TTL_MAX_MS = 400 * 86_400_000

/** A key out of bounds is a bug of the caller: untrusted input is hashed before it becomes part of a key. */
export const checkKey = (key: string): void => assert.match(key, KEY)

export const checkTtl = (ttlMs: number): void =>
  assert(Number.isInteger(ttlMs) && ttlMs > 0 && ttlMs <= TTL_MAX_MS, 'ttlMs is out of bounds')

export const checkValue = (value: string): void =>
  // Most values are far below: the exact length is counted for the rest only.
  assert(
    value.length * 3 <= VALUE_MAX_BYTES || Buffer.byteLength(value) <= VALUE_MAX_BYTES,
    'the value is too long',
  )
