import { pathToFileURL } from 'node:url'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import test from 'ava'
import { assetsOf, openAssets } from '../../../src/kernel/web/assets.ts'

const audit = {
  name: 'audit',
  folder: pathToFileURL(`${process.cwd()}/src/kernel/audit/`),
}
const myIdentity = {
  name: 'my-identity',
  folder: pathToFileURL(`${process.cwd()}/src/portals/my-identity/`),
}
const open = (fingerprint: string) => openAssets(assetsOf([audit, myIdentity]), [fingerprint])

test('a browser module is served without its types, imports led to their addresses', (t) => {
  const module = open('1').get('my-identity', 'check-receipt.ts')
  const code = module?.bytes.toString() ?? ''
  t.is(module?.type, 'text/javascript; charset=utf-8')
  t.notRegex(code, /querySelector<|: Promise</)
  t.regex(code, /from '\.\.\/audit\/verify-receipt\.ts'/)
  t.is(brotliDecompressSync(module?.encoded?.br ?? '').toString(), code)
  t.is(gunzipSync(module?.encoded?.gzip ?? '').toString(), code)
})

test('an import that leads nowhere is an error, not a broken page', (t) => {
  const alone = openAssets(assetsOf([myIdentity]), [])
  t.throws(() => alone.get('my-identity', 'check-receipt.ts'), { message: /not a browser module/ })
})

test('addresses change with the content, unknown files are not there', (t) => {
  const [one, two] = [open('1'), open('2')]
  t.not(one.version, two.version)
  t.is(one.url('/assets/audit/x.ts'), `/assets/${one.version}/audit/x.ts`)
  t.is(one.get('audit', '../note.ts'), undefined)
  t.is(one.get('audit', 'note.ts'), undefined)
})
