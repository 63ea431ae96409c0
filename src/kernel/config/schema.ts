/**
 * The configuration's one schema: what it accepts, what each key means, which keys are secret. Types, the environment's
 * names, `--print-config` and `docs/configuration.md` all come from here. Units stand in the names.
 */
import { z } from 'zod'

export const parts = ['registry', 'biometric-hub', 'idp', 'issuer', 'portals'] as const
export const profiles = ['demo', 'test', 'production'] as const

const port = z.int().min(0).max(65_535)
const ms = (least: number, most: number) => z.int().min(least).max(most)
const secret = { secret: true } as const

const databaseUrl = z.string().regex(/^(sqlite:|mysql:\/\/[^/?#]+@[^/?#]+\/[A-Za-z0-9_]+$)/, {
  error: 'expected sqlite: or mysql://user:password@host:port/name',
})
const ephemeralUrl = z.string().regex(/^(embedded|memory|rediss?:\/\/\S+)$/, {
  error: 'expected embedded, memory or redis://host:port',
})
const publicUrl = z
  .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
  .refine((url) => URL.canParse(url) && new URL(url).origin === url, {
    error: 'expected an origin alone: scheme, host and port, no path and no trailing slash',
  })
const masterSecret = z
  .string()
  .regex(/^[A-Za-z0-9_-]{43}$/, { error: 'expected 32 bytes in base64url (43 characters)' })
const partList = z
  .array(z.enum(parts))
  .min(1)
  .refine((list) => new Set(list).size === list.length, { error: 'expected each part once' })

export const configSchema = z.strictObject({
  profile: z
    .enum(profiles)
    .describe(
      'Which file is laid over default.json, and whether the sandbox is open (demo, test).',
    ),
  parts: partList.describe('Parts that this process runs; all of them by default.'),
  dataDir: z
    .string()
    .min(1)
    .max(1_000)
    .describe('Folder of the embedded database and the key file. One process at a time owns it.'),
  server: z.strictObject({
    host: z.string().min(1).max(255).describe('Address to listen on.'),
    port: port.describe(
      'TCP port to listen on; 0 takes a free one and then needs server.publicUrl.',
    ),
    publicUrl: publicUrl.describe(
      'Origin that residents and relying parties see, and the OpenID issuer. http://localhost:<server.port> when absent.',
    ),
  }),
  http: z.strictObject({
    headersTimeoutMs: ms(100, 120_000).describe(
      'A client must have sent its request headers within this time; ends slow-loris connections.',
    ),
    requestTimeoutMs: ms(100, 600_000).describe(
      'A client must have sent its whole request, body included, within this time.',
    ),
    keepAliveTimeoutMs: ms(0, 120_000).describe('An idle connection is closed after this time.'),
    shutdownTimeoutMs: ms(0, 120_000).describe(
      'Requests in flight get this long to finish when the server stops.',
    ),
    maxHeaderBytes: z
      .int()
      .min(4_096)
      .max(65_536)
      .describe('All request headers together; more is answered 431.'),
    maxConnections: z
      .int()
      .min(1)
      .max(100_000)
      .describe('Open connections per process; further ones are closed at once.'),
    trustedProxyCount: z
      .int()
      .min(0)
      .max(5)
      .describe(
        'Reverse proxies in front whose X-Forwarded-For entry is believed. 0: the address of the connection counts.',
      ),
  }),
  metrics: z.strictObject({
    port: port
      .exactOptional()
      .describe(
        'TCP port of a listener on 127.0.0.1 that serves /metrics and nothing else. Absent: none.',
      ),
    public: z
      .boolean()
      .describe('Serve /metrics on the main listener too, to anybody who can reach it.'),
  }),
  database: z.strictObject({
    url: databaseUrl
      .describe('sqlite: (a file in dataDir) or mysql://user:password@host:port/name.')
      .meta(secret),
    poolSize: z.int().min(1).max(500).describe('Connections to MariaDB per process.'),
  }),
  ephemeral: z.strictObject({
    url: ephemeralUrl
      .describe(
        'Sessions, one-time codes, rate limits: embedded (memory and a file in dataDir), memory, or redis://host:port.',
      )
      .meta(secret),
  }),
  keys: z.strictObject({
    masterSecret: masterSecret
      .exactOptional()
      .describe(
        'Opens the key file: 32 bytes in base64url. Needed in production; elsewhere made on the first start, in dataDir.',
      )
      .meta(secret),
    allowFileInProduction: z
      .boolean()
      .describe(
        'Accepts keys in an encrypted file rather than in a hardware module; production refuses to start without it.',
      ),
  }),
  country: z.strictObject({
    code: z
      .string()
      .regex(/^[a-z][a-z0-9-]{1,30}$/, { error: 'expected the name of a folder of country packs' })
      .describe('Country pack to load: a folder name.'),
    folder: z
      .string()
      .min(1)
      .max(1_000)
      .exactOptional()
      .describe(
        'Folder that holds the country packs. config/countries of this project when absent.',
      ),
  }),
  registry: z.strictObject({
    packetBytesMax: z
      .int()
      .min(65_536)
      .max(33_554_432)
      .describe('Largest sealed packet that is received.'),
    decisionGraceMs: ms(0, 3_600_000).describe(
      "An adjudicator's decision takes effect after this time; until then it can be taken back.",
    ),
  }),
  log: z.strictObject({
    level: z
      .enum(['debug', 'info', 'warn', 'error', 'silent'])
      .describe('Least severe level that is written to standard output.'),
  }),
})

export interface Leaf {
  /** `['server', 'port']` */
  readonly path: readonly string[]
  /** `PLINTH_SERVER_PORT` */
  readonly variable: string
  readonly schema: z.ZodType
  readonly description: string
  readonly secret: boolean
}

/** Every key of the configuration, in the schema's order. */
export const leaves: readonly Leaf[] = collect(configSchema, [])

/** The type beneath `optional` and its like. */
export function bare(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodExactOptional
    ? bare(schema.unwrap() as z.ZodType)
    : schema
}

function collect(schema: z.ZodObject, path: readonly string[]): Leaf[] {
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, member]) => {
    const here = [...path, key]
    return member instanceof z.ZodObject ? collect(member, here) : [leaf(member, here)]
  })
}

function leaf(schema: z.ZodType, path: readonly string[]): Leaf {
  const meta = schema.meta() ?? {}
  return {
    path,
    variable: `PLINTH_${path.map((key) => key.replace(/[A-Z]/g, '_$&').toUpperCase()).join('_')}`,
    schema,
    description: meta.description ?? '',
    secret: meta.secret === true,
  }
}
