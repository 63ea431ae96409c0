// Holds the tree to its own rules; what needs an import graph is in .dependency-cruiser.cjs.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import test from 'ava'

const tracked = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  {
    encoding: 'utf8',
  },
)
  .split('\0')
  .filter((path) => path !== '')
const sources = tracked
  .filter((path) => /^(src|test|demo|bench|tools|scripts)\/.*\.ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(path, 'utf8') }))
const imports = (text: string) =>
  [...text.matchAll(/(?:from|import\() ?'([^']+)'/g)].map((m) => m[1])

test('the tree was read', (t) => {
  t.true(sources.filter(({ path }) => path.startsWith('src/')).length > 100)
})

for (const [library, home] of [
  ['koa', /^src\/kernel\/http\/|^src\/idp\/provider\/|^demo\/harbour-bank\/|^bench\/|^test\//],
  ['sequelize', /^src\/kernel\/db\/|^test\//],
  ['oidc-provider', /^src\/idp\/provider\/|^bench\/|^test\//],
] as const) {
  test(`only ${home} imports ${library}`, (t) => {
    const strays = sources.filter(
      ({ path, text }) => imports(text).includes(library) && !home.test(path),
    )
    t.deepEqual(
      strays.map(({ path }) => path),
      [],
    )
  })
}

test('SQL is written in stores, migrations and the kernel only', (t) => {
  const home = /^src\/kernel\/|(store|migrations)\.ts$|^test\/|^bench\//
  const sql = /\b(SELECT [\w.*, ]+ FROM|INSERT INTO|DELETE FROM|UPDATE \w+ SET)\b/
  t.deepEqual(
    sources.filter(({ path, text }) => !home.test(path) && sql.test(text)).map(({ path }) => path),
    [],
  )
})

test('files can be held in the head: 400 lines at most', (t) => {
  const long = sources.filter(({ text }) => text.split('\n').length > 401)
  t.deepEqual(
    long.map(({ path }) => path),
    [],
  )
})

test('nothing is left for later, and no check is switched off', (t) => {
  const open = new RegExp(
    ['TODO', 'FIXME', 'XXX', 'HACK'].map((word) => `\\b${word}\\b`).join('|') +
      '|@ts-(ignore|nocheck)|biome-ignore',
  )
  const found = sources.filter(({ path, text }) => path !== 'test/tidy.test.ts' && open.test(text))
  t.deepEqual(
    found.map(({ path }) => path),
    [],
  )
})

test('time and randomness come from the context', (t) => {
  const own = /\bDate\.now\(\)|\bnew Date\(\)|\bMath\.random\(/
  const home = /^src\/(main|kernel\/start|kernel\/log\/open)\.ts$|\/browser\//
  const found = sources.filter(
    ({ path, text }) => path.startsWith('src/') && !home.test(path) && own.test(text),
  )
  t.deepEqual(
    found.map(({ path }) => path),
    [],
  )
})

test('no path of a machine', (t) => {
  const machine = /\/(work|home|root|Users)\/[a-z]/
  const texts = tracked.filter((path) => /\.(ts|cjs|json|md|njk|css|sh)$/.test(path))
  const found = texts.filter(
    (path) => path !== 'test/tidy.test.ts' && machine.test(readFileSync(path, 'utf8')),
  )
  t.deepEqual(found, [])
})

test('every dependency has a licence that this project may use, and an exact version', (t) => {
  const allowed =
    /^(MIT(-0)?|ISC|0BSD|BSD-[23]-Clause|BSD\*?|Apache-2\.0|CC0-1\.0|CC-BY-[34]\.0|Unlicense|BlueOak-1\.0\.0|Python-2\.0|OFL-1\.1|WTFPL|Zlib)$/
  // Read one by one: axe is a test tool (file copyleft), the contexts are the W3C's documents.
  const read =
    /^node_modules\/(axe-core|@axe-core\/playwright|@digitalbazaar\/credentials-context)$/
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as {
    packages: Record<string, { license?: string; version?: string }>
  }
  const refused = Object.entries(lock.packages).filter(([path, { license = '' }]) => {
    const choices = license.replace(/[()]/g, '').split(/ OR /)
    return (
      path !== '' &&
      !read.test(path) &&
      !choices.some((choice) => choice.split(' AND ').every((one) => allowed.test(one)))
    )
  })
  t.deepEqual(
    refused.map(([path, { license }]) => `${path}: ${license ?? 'none'}`),
    [],
  )
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    readFileSync('package.json', 'utf8'),
  ) as Record<string, Record<string, string>>
  for (const [name, version] of Object.entries({
    ...dependencies,
    ...devDependencies,
    ...optionalDependencies,
  })) {
    t.regex(version, /^(npm:[^@]+@)?\d+\.\d+\.\d+$/, name)
  }
})
