/** JSON lines on standard output by pino. A field that is named like personal data or a secret is never written. */
import { type DestinationStream, pino } from 'pino'
import type { Config } from '../config/config.ts'
import type { Log } from './log.ts'

/** The second net; the first is that nobody passes such a field. */
const forbidden = [
  ...[
    'uin',
    'vid',
    'name',
    'fullName',
    'dateOfBirth',
    'phone',
    'email',
    'address',
    'identity',
    'photo',
  ],
  ...[
    'password',
    'otp',
    'code_verifier',
    'token',
    'authorization',
    'cookie',
    'secret',
    'masterSecret',
  ],
]

/** `to` is standard output unless given (tests read it). */
export function openLog(config: Pick<Config, 'log'>, to?: DestinationStream): Log {
  const options = {
    level: config.log.level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: forbidden.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
  }
  const logger = to ? pino(options, to) : pino(options)
  return {
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    debug: (fields, message) => logger.debug(fields, message),
  }
}
