import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { configDocs } from '../../../scripts/config-docs.ts'
import { type ConfigInput, loadConfig } from '../../../src/kernel/config/load.ts'
import { printConfig } from '../../../src/kernel/config/print.ts'
import { leaves } from '../../../src/kernel/config/schema.ts'
import { usage } from '../../../src/kernel/config/sources.ts'
import { Problem } from '../../../src/kernel/problems.ts'
import { dataFolder } from '../../support/servers.ts'

const load = (input: Partial<ConfigInput> = {}) => loadConfig({ argv: [], env: {}, ...input })

function refused(t: ExecutionContext, input: Partial<ConfigInput>): readonly string[] {
  const error = t.throws(() => load(input), { instanceOf: Problem })
  t.is(error?.code, 'config.invalid')
  return (error?.detail.problems ?? []) as readonly string[]
}

/** A config folder of its own, with these files over the project's. */
function folderWith(t: ExecutionContext, files: Readonly<Record<string, string>>): string {
  const folder = join(dataFolder(t), 'config')
  mkdirSync(folder)
  for (const name of ['default.json', 'demo.json', 'test.json', 'production.json'])
    writeFileSync(
      join(folder, name),
      files[name] ?? readFileSync(new URL(`../../../config/${name}`, import.meta.url)),
    )
  return folder
}

test('without anything said it is the demo, on a local address, with all parts', (t) => {
  const config = load()
  t.is(config.profile, 'demo')
  t.is(config.server.host, '127.0.0.1')
  t.is(config.server.publicUrl, `http://localhost:${config.server.port}`)
  t.is(config.parts.length, 5)
  t.true(config.dataDir.startsWith('/'))
  t.false(config.metrics.public)
})

test('flags win over the environment, the environment over files', (t) => {
  const env = { PLINTH_SERVER_PORT: '7001', PLINTH_LOG_LEVEL: 'warn' }
  t.is(load({ env }).server.port, 7001)
  const config = load({ env, argv: ['--port', '7002', '--parts', 'idp, issuer', '--data', '/x/y'] })
  t.is(config.server.port, 7002)
  t.is(config.server.publicUrl, 'http://localhost:7002')
  t.is(config.log.level, 'warn')
  t.deepEqual(config.parts, ['idp', 'issuer'])
  t.is(config.dataDir, '/x/y')
  const elsewhere = load({ argv: ['--public-url', 'https://id.example'] })
  t.is(elsewhere.server.publicUrl, 'https://id.example')
})

test('it is frozen, all the way down', (t) => {
  const config = load()
  t.throws(() => Object.assign(config.server, { port: 1 }), { instanceOf: TypeError })
  t.throws(() => (config.parts as string[]).push('x'), { instanceOf: TypeError })
})

test('an unknown key refuses to start, naming file and key', (t) => {
  const folder = folderWith(t, { 'demo.json': '{"server":{"prot":1},"sever":{}}' })
  t.deepEqual(refused(t, { folder }), [
    'config/demo.json: server.prot: unknown key',
    'config/demo.json: sever: unknown key',
  ])
})

test('every mistake is told, not the first alone, and no value is repeated', (t) => {
  const problems = refused(t, {
    env: {
      PLINTH_SERVER_PROT: '1',
      PLINTH_LOG_LEVEL: 'secret-value',
      PLINTH_DATABASE_URL: 'postgres://u:secret-value@h/x',
      PLINTH_METRICS_PUBLIC: 'yes',
    },
    argv: ['--port', 'secret-value'],
  })
  t.deepEqual(problems.map((line) => line.split(':')[0]).sort(), [
    '--port',
    'PLINTH_DATABASE_URL',
    'PLINTH_LOG_LEVEL',
    'PLINTH_METRICS_PUBLIC',
    'PLINTH_SERVER_PROT',
  ])
  t.regex(problems.join('\n'), /did you mean PLINTH_SERVER_PORT\?/)
  t.notRegex(problems.join('\n'), /secret-value/)
})

test('a port that is no number is one mistake; port 80 needs no colon', (t) => {
  t.is(refused(t, { argv: ['--port', 'abc'] }).length, 1)
  const config = loadConfig({ argv: ['--port', '80'], env: {} })
  t.is(config.server.publicUrl, 'http://localhost')
})

for (const [what, input, expected] of [
  ['an unknown flag', { argv: ['--prot', '1'] }, /^command line: Unknown option '--prot'/],
  ['an unknown profile', { argv: ['--profile', 'live'] }, /^--profile: expected one of demo/],
  ['a part twice', { argv: ['--parts', 'idp,idp'] }, /^--parts: expected each part once/],
  ['an unknown part', { argv: ['--parts', 'idp,idq'] }, /^--parts: /],
  [
    'a public URL with a path',
    { argv: ['--public-url', 'https://x.example/id'] },
    /^--public-url: expected an origin/,
  ],
  [
    'a public URL with a slash',
    { argv: ['--public-url', 'https://x.example/'] },
    /^--public-url: expected an origin/,
  ],
  ['port 0 without a public URL', { argv: ['--port', '0'] }, /server\.publicUrl: missing/],
  [
    'metrics on the main port',
    { env: { PLINTH_METRICS_PORT: '8080' } },
    /^PLINTH_METRICS_PORT: expected another port/,
  ],
  [
    'a short master secret',
    { env: { PLINTH_KEYS_MASTER_SECRET: 'abc' } },
    /^PLINTH_KEYS_MASTER_SECRET: expected 32 bytes/,
  ],
  [
    'a secret file that is not there',
    { env: { PLINTH_KEYS_MASTER_SECRET_FILE: '/none' } },
    /_FILE: the file it names/,
  ],
] as const) {
  test(`refused: ${what}`, (t) => {
    t.regex(refused(t, input)[0] ?? '', expected)
  })
}

test('a profile is chosen at the start, not in a file', (t) => {
  const folder = folderWith(t, { 'demo.json': '{"profile":"production"}' })
  t.regex(
    refused(t, { folder })[0] ?? '',
    /^config\/demo\.json: profile: expected in PLINTH_PROFILE/,
  )
})

test('a file that is no JSON, and one that is absent, are named', (t) => {
  const broken = folderWith(t, { 'demo.json': '{' })
  t.regex(refused(t, { folder: broken })[0] ?? '', /^config\/demo\.json: is not JSON/)
  t.regex(refused(t, { folder: '/none' })[0] ?? '', /^config\/default\.json: can not be read/)
})

test('a secret may lie in a file; said twice it is refused', (t) => {
  const file = join(dataFolder(t), 'master')
  const masterSecret = Buffer.alloc(32, 7).toString('base64url')
  writeFileSync(file, `${masterSecret}\n`)
  const env = { PLINTH_KEYS_MASTER_SECRET_FILE: file }
  t.is(load({ env }).keys.masterSecret, masterSecret)
  const both = { ...env, PLINTH_KEYS_MASTER_SECRET: masterSecret }
  t.regex(refused(t, { env: both }).join(), /not both/)
})

test('production refuses what only a demo may have', (t) => {
  const argv = ['--profile', 'production']
  const problems = refused(t, { argv, env: { PLINTH_EPHEMERAL_URL: 'memory' } }).join('\n')
  t.regex(problems, /publicUrl.*https/)
  t.regex(problems, /masterSecret: missing/)
  t.regex(problems, /PLINTH_EPHEMERAL_URL: expected embedded or redis/)
})

test('what is printed has every key and no secret', (t) => {
  const masterSecret = Buffer.alloc(32, 9).toString('base64url')
  const env = {
    PLINTH_KEYS_MASTER_SECRET: masterSecret,
    PLINTH_DATABASE_URL: 'mysql://plinth:hunter2@db.example:3306/plinth',
    PLINTH_EPHEMERAL_URL: 'redis://:hunter2@cache.example:6379',
  }
  let printed = ''
  printConfig(load({ env }), (text) => {
    printed += text
  })
  t.notRegex(printed, /hunter2/)
  t.false(printed.includes(masterSecret))
  const config = JSON.parse(printed)
  t.is(config.database.url, 'mysql://[redacted]@db.example:3306/plinth')
  t.is(config.ephemeral.url, 'redis://[redacted]@cache.example:6379')
  t.is(config.keys.masterSecret, '[redacted]')
})

test('every key has a description, and the manual is up to date', (t) => {
  for (const { path, description } of leaves) t.true(description.length > 10, path.join('.'))
  const manual = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8')
  t.is(manual, configDocs(), 'run node scripts/config-docs.ts')
})

test('the help names every flag with what it sets', (t) => {
  const text = usage()
  for (const flag of ['port', 'data', 'profile', 'parts', 'public-url', 'print-config']) {
    t.regex(text, new RegExp(`--${flag} +\\S`))
  }
})
