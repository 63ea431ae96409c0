import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import test, { type ExecutionContext } from 'ava'
import { z } from 'zod'
import { route, startServer } from '../../../src/kernel/http/http.ts'
import { Problem } from '../../../src/kernel/problems.ts'
import { page } from '../../../src/kernel/web/page.ts'
import { webRoutes } from '../../../src/kernel/web/routes.ts'
import { withContext } from '../../support/context.ts'
import { dataFolder } from '../../support/servers.ts'

const texts = {
  'sample.title': 'Hello {name}',
  'sample.wrong': 'Enter your name, {name}',
  'sample.rich': 'Read <link>the <b>terms</b></link> & go',
  'sample.problem.gone': 'It has left the building.',
}

async function withPages(t: ExecutionContext, template: string) {
  const folder = dataFolder(t)
  for (const part of ['views', 'texts', 'browser'])
    mkdirSync(join(folder, part), { recursive: true })
  writeFileSync(join(folder, 'views/sample.njk'), template)
  for (const language of ['en', 'fr', 'ar'])
    writeFileSync(join(folder, `texts/${language}.json`), JSON.stringify(texts))
  writeFileSync(join(folder, 'browser/sample.ts'), 'const x: number = 1\n')
  const url = pathToFileURL(`${folder}/`)
  const ctx = await withContext(t, { folders: [{ name: 'sample', folder: url }] })
  const name = '<i>Ada</i>'
  const server = await startServer(ctx, {
    mounts: [],
    ready: async () => true,
    routes: [
      ...webRoutes(ctx.web),
      route({
        method: 'GET',
        path: '/sample',
        summary: 'A sample',
        query: z.object({ wrong: z.string().optional() }),
        handle: (incoming) =>
          page(ctx, incoming, {
            template: new URL('views/sample.njk', url),
            titleKey: 'sample.title',
            titleValues: { name },
            data: { name },
            scripts: ['/assets/sample/sample.ts'],
            ...(incoming.query.wrong && {
              status: 400,
              errors: [{ field: 'who', key: 'sample.wrong', values: { name } }],
            }),
          }),
      }),
      route({
        method: 'GET',
        path: '/gone',
        summary: 'Refused',
        handle: () => {
          throw new Problem('sample.gone', 404, 'Gone')
        },
      }),
    ],
  })
  t.teardown(() => server.stop())
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${server.url}${path}`, { headers: { accept: 'text/html', ...headers } })
  return { get, ctx }
}

const sample =
  '{% extends "layout.njk" %}{% block content %}<h1>{{ title }}</h1>{{ name }}' +
  '{{ html("sample.rich", { href: "/a?b=1&c=\\"" }) }}{{ errorFor("who").text }}{% endblock %}'

test('language, direction, title, escaped values', async (t) => {
  const { get } = await withPages(t, sample)
  const html = await (await get('/sample', { 'accept-language': 'ar' })).text()
  t.regex(html, /<html lang="ar" dir="rtl"/)
  t.regex(html, /<title>Hello \u2068?&lt;i&gt;Ada/)
  t.notRegex(html, /<i>/)
  t.true(
    html.includes(
      '<a class="govuk-link" href="/a?b=1&amp;c=&quot;">the <strong>terms</strong></a> &amp; go',
    ),
  )
  t.regex(html, /<a [^>]*href="\/sample\?lang=fr" lang="fr" hreflang="fr" dir="ltr"/)
})

test('after an error the title says so, and the summary leads to the field', async (t) => {
  const { get } = await withPages(t, sample)
  const response = await get('/sample?wrong=1')
  const html = await response.text()
  t.is(response.status, 400)
  t.regex(html, /<title>Error: Hello/)
  t.regex(html, /<a href="#who">Enter your name, &lt;i&gt;/)
})

test('a language chosen by link is remembered, and nobody keeps a page', async (t) => {
  const { get } = await withPages(t, sample)
  const chosen = await get('/sample?lang=fr')
  t.regex(chosen.headers.getSetCookie().join(), /^plinth_lang=fr; .*HttpOnly; SameSite=Lax/)
  t.is(chosen.headers.get('cache-control'), 'no-store')
  t.is(chosen.headers.get('content-language'), 'fr')
  const later = await get('/sample', { cookie: 'plinth_lang=fr' })
  t.deepEqual(later.headers.getSetCookie(), [])
  t.regex(await later.text(), /<html lang="fr"/)
})

test('no inline script or style; every asset is our own, for ever, and compressed', async (t) => {
  const { get } = await withPages(t, sample)
  const html = await (await get('/sample')).text()
  t.notRegex(html, /<script(?! type="module" src="\/assets\/)|<style|\sstyle="|\son\w+="/)
  const assets = [...html.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)].map(
    ([, path]) => path ?? '',
  )
  t.true(assets.length >= 5)
  for (const path of assets) {
    const response = await get(path, { 'accept-encoding': 'br' })
    t.is(response.status, 200, path)
    t.is(response.headers.get('cache-control'), 'public, max-age=31536000, immutable', path)
    t.is(response.headers.get('content-encoding'), 'br', path)
    const etag = response.headers.get('etag') ?? ''
    t.is((await get(path, { 'if-none-match': etag })).status, 304, path)
  }
})

test('an old version of an asset is answered by the present one, and not kept', async (t) => {
  const { get } = await withPages(t, sample)
  const old = await get('/assets/before/kernel/style.css')
  t.is(old.status, 200)
  t.is(old.headers.get('cache-control'), 'no-cache')
  t.is((await get('/assets/before/kernel/none.css')).status, 404)
})

test('a refusal is told in the part’s own words where it has them', async (t) => {
  const { get } = await withPages(t, sample)
  const own = await get('/gone')
  t.is(own.status, 404)
  t.regex(await own.text(), /It has left the building\./)
  const none = await get('/nowhere')
  t.is(none.status, 404)
  t.regex(await none.text(), /If you typed the address/)
})

test('a text that is missing stops a test, and is a bug', async (t) => {
  const { get } = await withPages(
    t,
    '{% extends "layout.njk" %}{% block content %}{{ t("sample.none") }}{% endblock %}',
  )
  t.is((await get('/sample')).status, 500)
})
