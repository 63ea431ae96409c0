/** Every kind of entry that any part can record about a person has its sentence. */
import { globSync, readFileSync } from 'node:fs'
import test from 'ava'

const texts = Object.keys(
  JSON.parse(readFileSync('src/portals/my-identity/texts/en.json', 'utf8')) as object,
)
const aboutNobody = /^(staff|idp-storage|key)\./

test('no kind of entry is told as "other"', (t) => {
  const sources = globSync('src/{biometric-hub,registry,idp,issuer}/**/*.ts')
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  const named = [...sources.matchAll(/\bkind: '([a-z-]+\.[a-z-]+)'/g)].map(([, kind]) => kind ?? '')
  const tables = [...sources.matchAll(/: '(adjudication\.[a-z-]+)'/g)]
    .map(([, kind]) => kind ?? '')
    .filter((kind) =>
      ['opened', 'shown', 'decided', 'withdrawn'].includes(kind.split('.')[1] ?? ''),
    )
  const kinds = [...new Set([...named, ...tables])].filter((kind) => !aboutNobody.test(kind))
  t.true(kinds.length > 20)
  t.deepEqual(
    kinds.filter((kind) => !texts.includes(`my-identity.entry.${kind}`)),
    [],
  )
})

test('no sentence is about a kind that nobody records', (t) => {
  const sources = globSync('src/{biometric-hub,registry,idp,issuer}/**/*.ts')
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n')
  const told = texts
    .filter((key) => key.startsWith('my-identity.entry.') && !key.endsWith('.other'))
    .map((key) => key.slice('my-identity.entry.'.length))
  t.deepEqual(
    told.filter((kind) => !sources.includes(`'${kind}'`)),
    [],
  )
})
